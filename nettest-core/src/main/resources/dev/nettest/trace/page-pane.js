// The details of a row: a preview beside the pointer, and a pane that the keyboard opens.

const pane = document.getElementById('pane');
const tip = document.getElementById('tip');
const TIP_BYTES = 128;

function element(name, attributes, ...children) {
  const node = document.createElement(name);
  Object.entries(attributes || {}).forEach(([key, value]) => node.setAttribute(key, value));
  node.append(...children.filter((child) => child !== null && child !== ''));
  return node;
}

function heading(row) {
  const title = element('p', { class: 'what' });
  if (row.mark) {
    title.insertAdjacentHTML('beforeend', markSvg(row.mark));
    title.append(element('b', { class: row.mark }, row.mark), ' ');
  }
  title.append(visible(row.parts[0].trimEnd() + row.parts[2]) + (row.count > 1 ? ` \u00d7${row.count.toLocaleString('en')}` : ''));
  return title;
}

function facts(row) {
  const list = element('dl');
  const add = (name, value) => value && list.append(element('dt', {}, name), element('dd', {}, value));
  add('Time', `${timeText(row.time)} ${unit.name}${travelText(row)}`);
  add('Where', placeText(row) + (row.flow ? `, ${row.flow.label}` : ''));
  if (row.states.some(Boolean)) {
    const names = row.flow ? [row.flow.dialling, row.flow.accepting].map(columnName) : ['', ''];
    add('States', row.states.map((state, side) => (state ? `${names[side]} ${state}`.trim() : '')).filter(Boolean).join(', '));
  }
  return list;
}

function travelText(row) {
  if (row.shape === 'departure') {
    return row.arrival < 0 ? ', has not arrived' : `, arrives after ${durationText(rows[row.arrival].time - row.time)}`;
  }
  return row.departure < 0 ? '' : `, sent ${durationText(row.time - rows[row.departure].time)} before`;
}

function contentNodes(content, most, width) {
  const bytes = content.bytes.subarray(0, most);
  const missing = content.length - bytes.length;
  const text = bytes.length === content.bytes.length ? content.text : new TextDecoder().decode(bytes);
  const note = `${content.length.toLocaleString('en')} byte${content.length === 1 ? '' : 's'}`;
  const shown = missing > 0 ? `${note}, the first ${bytes.length.toLocaleString('en')} of them` : note;
  return [
    element('h3', {}, 'Text ', element('small', {}, shown)),
    element('pre', { class: 'text' }, text.split('\n').map(visible).join('\\n\n')),
    element('h3', {}, 'Hex'),
    element('pre', { class: 'hex' }, hexLines(bytes, width).join('\n')),
  ];
}

function showTip(row, x, y) {
  const content = payloadOf(row);
  tip.replaceChildren(heading(row), facts(row), ...(content ? contentNodes(content, TIP_BYTES, 16) : []));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = Math.min(x + 16, innerWidth - box.width - 8);
  const below = y + 18 + box.height < innerHeight;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${below ? y + 18 : Math.max(8, y - box.height - 12)}px`;
}

function hideTip() {
  tip.hidden = true;
}

function showPane(row) {
  const close = element('button', { type: 'button', class: 'close', 'aria-label': 'Close the event' }, '\u00d7');
  close.addEventListener('click', closePane);
  const content = payloadOf(row);
  const events = row.events.map((event) =>
    element(
      'li',
      {},
      element('b', {}, event.kind),
      ` #${event.number}, ${timeText(row.time + event.later)} ${unit.name}`,
      event.socket < 0 ? '' : element('div', {}, `${data.sockets[event.socket][0]} ${socketText(event.socket)}`),
      event.details ? element('div', {}, visible(event.details)) : '',
    ),
  );
  pane.replaceChildren(
    element('header', {}, element('h2', {}, `Event ${row.events[0].number}`), close),
    heading(row),
    facts(row),
    ...(content ? contentNodes(content, content.bytes.length, 8) : [element('p', { class: 'none' }, 'No payload.')]),
    element('h3', {}, row.events.length === 1 ? 'Record' : `${row.events.length} records`),
    element('ul', { class: 'records' }, ...events),
  );
  pane.hidden = false;
}

function closePane() {
  pane.hidden = true;
  pane.replaceChildren();
}
