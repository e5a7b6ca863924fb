// The data of the page as objects. PageData writes it.

performance.mark('nettest:start');

const data = JSON.parse(document.getElementById('data').textContent);
const ROW_FIELDS = 12;
const EVENT_FIELDS = 6;
const PAYLOAD = '\u0000';
const EXCERPT = 80;
const MARK_NAMES = { fault: 'fault', timeout: 'timeout', error: 'error', loss: 'loss', change: 'change' };

const NAMED = { 0x09: '\\t', 0x0a: '\\n', 0x0d: '\\r' };
const payloads = new Map();
const columns = data.columns.map(([name, detail], index) => ({ index, name, detail }));
const flows = data.flows.map(([label, dialling, accepting], index) => ({ index, label, dialling, accepting }));
const rows = data.rows.map(decodeRow);

let clock = 0;
for (const row of rows) {
  clock += row.time;
  row.time = clock;
  if (row.arrival >= 0 && row.arrival < rows.length) {
    rows[row.arrival].departure = row.index;
  }
}

// Handshakes have no row for the arrival of the SYN: the next event of the connection shows that it arrived. A connect that
// timed out shows that it did not.
const handshakes = new Map();
for (const row of rows.filter((each) => each.flow)) {
  linkHandshake(row, row.events.map((event) => event.kind));
}

function linkHandshake(row, kinds) {
  const shake = handshakes.get(row.flow);
  if (kinds[0] === 'Connecting') {
    row.pending = kinds.length === 1;
    handshakes.set(row.flow, { syn: row });
  } else if (shake && kinds[0] === 'Connected') {
    shake.answer = row;
    decide(shake, false);
    row.departure = row.time > shake.syn.time ? shake.syn.index : -1;
  } else if (shake && shake.answer && row.shape === 'arrival' && kinds[0] === 'Queued') {
    shake.answer.acknowledged = row.index;
    row.departure = shake.answer.index;
  } else if (shake && !shake.decided && !kinds[0].startsWith('Wait')) {
    decide(shake, kinds[0] === 'Failed' && /timed out/i.test(row.text));
  }
}

function decide(shake, pending) {
  shake.decided = true;
  shake.syn.pending = pending;
}

function decodeRow(numbers, index) {
  const [shape, from, to, flow, text, mark, arrival, count, time, dialling, accepting, omitted] = numbers;
  const events = [];
  for (let i = ROW_FIELDS; i < numbers.length; i += EVENT_FIELDS) {
    const [kind, number, later, socket, details, payload] = numbers.slice(i, i + EVENT_FIELDS);
    events.push({ kind: data.texts[kind], number, later, socket, details: data.texts[details], payload });
  }
  const carried = events.find((event) => event.payload >= 0);
  const [start, end] = data.texts[text].split(PAYLOAD);
  const sent = end === undefined || !carried ? '' : excerpt(payload(carried.payload));
  return {
    index,
    shape: data.texts[shape],
    from,
    to,
    flow: flow < 0 ? null : flows[flow],
    text: start + sent + (end || ''),
    parts: [start, sent, end || ''],
    mark: MARK_NAMES[data.texts[mark]] || '',
    arrival,
    departure: -1,
    acknowledged: -1,
    pending: false,
    count,
    time,
    states: [data.texts[dialling], data.texts[accepting]],
    omitted,
    events,
  };
}

// The first payload of a row; for an arrival that of its departure.
function payloadOf(row) {
  const own = row.events.find((event) => event.payload >= 0);
  if (own) {
    return payload(own.payload);
  }
  return row.departure >= 0 ? payloadOf(rows[row.departure]) : null;
}

function payload(index) {
  if (!payloads.has(index)) {
    const [base64, length] = data.payloads[index];
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    payloads.set(index, { bytes, length, text: new TextDecoder().decode(bytes) });
  }
  return payloads.get(index);
}

// Control characters as escapes, so that they are visible and change nothing.
function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (c) => {
    const code = c.charCodeAt(0);
    return NAMED[code] || (code < 0x100 ? '\\x' + code.toString(16).padStart(2, '0') : '\\u' + code.toString(16));
  });
}

function excerpt(content) {
  const text = content.text.slice(0, EXCERPT);
  const more = text.length < content.text.length || content.bytes.length < content.length;
  return `"${visible(text)}${more ? '\u2026' : ''}"`;
}

function hexLines(bytes, width) {
  const lines = [];
  for (let i = 0; i < bytes.length; i += width) {
    const part = Array.from(bytes.subarray(i, i + width));
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(i.toString(16).padStart(4, '0') + '  ' + hex.padEnd(width * 3 - 1) + '  ' + text);
  }
  return lines;
}

function socketText(index) {
  const [, local, localHost, remote, remoteHost] = data.sockets[index];
  const end = (address, host) => (host && !address.startsWith(host) ? `${host} ${address}` : address);
  return end(local, localHost) + (remote ? ` \u2192 ${end(remote, remoteHost)}` : '');
}

// One unit and one number of decimals for all times of the page.
const unit = clock >= 1e9 ? { name: 's', nanos: 1e9, decimals: 6 } : { name: 'ms', nanos: 1e6, decimals: 3 };
while (unit.decimals > 0 && rows.every((row) => row.time % (unit.nanos / 10 ** (unit.decimals - 1)) === 0)) {
  unit.decimals--;
}

function timeText(nanos) {
  return (nanos / unit.nanos).toFixed(unit.decimals);
}

function durationText(nanos) {
  let value = nanos;
  let index = 0;
  const units = ['ns', '\u00b5s', 'ms', 's'];
  while (index < 3 && value >= 1000) {
    value /= 1000;
    index++;
  }
  return `${+value.toPrecision(4)} ${units[index]}`;
}

function columnName(index) {
  return index < 0 || !columns[index] ? '' : columns[index].name;
}

function placeText(row) {
  if (row.shape === 'network') {
    return 'network';
  }
  const from = columnName(row.from);
  return row.from === row.to ? from : `${from} \u2192 ${columnName(row.to)}`;
}

function stateText(row) {
  return row.states.some(Boolean) ? row.states.map((state) => state || '\u2013').join(' / ') : '';
}

// What a screen reader says for a row.
function labelOf(row) {
  const parts = [`${timeText(row.time)} ${unit.name}`, placeText(row).replace('\u2192', 'to')];
  if (row.flow) {
    parts.push(row.flow.label);
  }
  parts.push(row.text + (row.count > 1 && !row.text.includes('\u00d7') ? ` \u00d7${row.count}` : ''));
  if (row.mark) {
    parts.push(row.mark);
  }
  if (row.states.some(Boolean)) {
    parts.push(`states ${row.states.map((state) => state || 'none').join(' and ')}`);
  }
  return parts.join(', ');
}

// All text of a row that a search looks at.
function haystack(row) {
  if (row.haystack === undefined) {
    const content = payloadOf(row);
    row.haystack = [
      placeText(row),
      row.flow ? row.flow.label : '',
      row.text,
      row.mark,
      row.states.join(' '),
      ...row.events.map((event) => `${event.kind} ${event.details} ${event.socket < 0 ? '' : socketText(event.socket)}`),
      content ? content.text : '',
    ]
      .join('\n')
      .toLowerCase();
  }
  return row.haystack;
}
