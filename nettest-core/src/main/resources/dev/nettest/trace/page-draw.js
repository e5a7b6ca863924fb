// Draws the items: text as HTML, lifelines and arrows as SVG behind it. Blocks of rows keep long traces fast and whole in print.

const ROW = 22;
const BLOCK = 10;
const LANE = 6;
const LANES = 8;
const HEAD = 5;
const PANE = 402;

const container = document.getElementById('rows');

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text) {
  return text.replace(/[&<>"']/g, (c) => escapes[c]);
}

function markSvg(mark) {
  return `<svg class="mark ${mark}" viewBox="0 0 16 16" aria-hidden="true">${MARK_SHAPES[mark]}</svg>`;
}

const MARK_SHAPES = {
  fault: '<path class="fill" d="M8 .8 15.2 8 8 15.2.8 8Z"/><path class="ink" d="M8 4.4v4.4M8 10.6v1.2"/>',
  timeout: '<circle class="line" cx="8" cy="8" r="6.4"/><path class="line" d="M8 4v4.2l2.8 1.8"/>',
  error: '<path class="fill" d="M5 1h6l4 4v6l-4 4H5l-4-4V5Z"/><path class="ink" d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2"/>',
  loss: '<path class="line" d="M1.4 2.6h13.2L8 14Z"/><path class="line" d="M8 5.4v3.4"/>',
  change: '<path class="line" d="M1 5.2h12.4M10.4 2.2l3 3-3 3M15 11H2.6m3 3-3-3 3-3"/>',
};

// Where everything is: x of columns and lanes, y of rows.
function layOut(items) {
  const visible = columns.filter((column) => !settings.hidden.has(column.index));
  // The texts keep room, also if the pane is open.
  const room = Math.max(document.getElementById('view').clientWidth - PANE, 400) * 0.5;
  const step = Math.round(Math.max(74, Math.min(170, room / Math.max(visible.length, 1))));
  const centers = new Map(visible.map((column, i) => [column.index, Math.round(step * (i + 0.5))]));
  const rowY = new Array(rows.length).fill(-1);
  items.forEach((item, i) => {
    const y = i * ROW + ROW / 2;
    if (item.kind === 'fold') {
      item.rows.forEach((row) => (rowY[row.index] = y));
    } else if (item.kind === 'row') {
      rowY[item.row.index] = y;
    }
  });
  const layout = { visible, step, width: step * visible.length, height: items.length * ROW, centers, rowY };
  layout.ends = assignLanes(layout);
  return layout;
}

// The two ends of each connection, each with the lane that it has in its column while it lives.
function assignLanes(layout) {
  const ends = new Map();
  for (const row of rows) {
    if (!row.flow || !row.states.some(Boolean) || layout.rowY[row.index] < 0) {
      continue;
    }
    [row.flow.dialling, row.flow.accepting].forEach((column, side) => {
      const state = row.states[side];
      if (!layout.centers.has(column) || !state || state === 'LISTEN') {
        return;
      }
      const key = `${row.flow.index} ${side}`;
      if (!ends.has(key)) {
        ends.set(key, { column, flow: row.flow, changes: [], start: row.index, end: rows.length });
      }
      const end = ends.get(key);
      const last = end.changes[end.changes.length - 1];
      if (!last || last.state !== state) {
        end.changes.push({ state, y: layout.rowY[row.index] });
      }
      end.end = state === 'CLOSED' ? Math.min(end.end, row.index) : rows.length;
    });
  }
  for (const column of layout.visible) {
    const busy = [];
    const own = [...ends.values()].filter((end) => end.column === column.index).sort((a, b) => a.start - b.start);
    own.forEach((end) => {
      let lane = busy.findIndex((until) => until < end.start);
      lane = lane < 0 ? busy.length : lane;
      busy[lane] = end.end;
      end.lane = lane % LANES;
    });
    const used = Math.min(busy.length, LANES);
    own.forEach((end) => (end.x = layout.centers.get(column.index) + Math.round((end.lane - (used - 1) / 2) * LANE)));
  }
  return ends;
}

function laneX(layout, row, column) {
  if (row.flow) {
    for (const side of [0, 1]) {
      const end = layout.ends.get(`${row.flow.index} ${side}`);
      if (end && end.column === column) {
        return end.x;
      }
    }
  }
  return layout.centers.get(column);
}

// SVG elements, each in all blocks that it crosses.
function canvas(layout) {
  const blocks = Array.from({ length: Math.ceil(layout.height / (ROW * BLOCK)) }, () => []);
  return {
    blocks,
    add(y1, y2, svg) {
      const first = Math.max(0, Math.floor(Math.min(y1, y2) / (ROW * BLOCK)));
      const last = Math.min(blocks.length - 1, Math.floor(Math.max(y1, y2) / (ROW * BLOCK)));
      for (let i = first; i <= last; i++) {
        blocks[i].push(svg);
      }
    },
  };
}

function drawBars(layout, target) {
  for (const end of layout.ends.values()) {
    end.changes.forEach((change, i) => {
      const next = end.changes[i + 1];
      const bottom = next ? next.y : layout.height;
      if (change.state === 'CLOSED' || bottom <= change.y) {
        const d = `M${end.x - 4} ${change.y}h8`;
        target.add(change.y, change.y, `<path class="end c${end.flow.index % 8}" d="${d}"/>`);
        return;
      }
      const kind = barKind(change.state);
      const svg = `<rect class="bar ${kind} c${end.flow.index % 8}" x="${end.x - 2}" y="${change.y}" width="4" height="${bottom - change.y}"/>`;
      target.add(change.y, bottom, svg);
    });
  }
}

function barKind(state) {
  switch (state) {
    case 'ESTABLISHED':
      return 'open';
    case 'SYN-SENT':
    case 'SYN-RECEIVED':
      return 'opening';
    case 'RESET':
      return 'reset';
    default:
      return 'closing';
  }
}

function drawRow(layout, target, row) {
  const y = layout.rowY[row.index];
  const tone = `${row.flow ? `c${row.flow.index % 8}` : 'c-none'} ${row.mark}`;
  if (row.shape === 'network') {
    target.add(y, y, `<path class="change-line ${row.mark}" d="M0 ${y}h${layout.width}"/>`);
    drawMark(target, row.mark, layout.width / 2, y);
    return;
  }
  const x1 = laneX(layout, row, row.from);
  if (x1 === undefined) {
    return;
  }
  if (row.shape === 'local') {
    if (row.mark) {
      drawMark(target, row.mark, x1, y);
    } else {
      target.add(y, y, `<circle class="dot ${tone}" cx="${x1}" cy="${y}" r="2.6"/>`);
    }
    return;
  }
  const x2 = laneX(layout, row, row.to);
  if (row.from === row.to || x2 === undefined) {
    target.add(y, y, `<path class="arrow ${tone}" d="M${x1} ${y - 4}h20v8h-16m4-3-4 3 4 3"/>`);
  } else if (row.shape === 'lost') {
    lostArrow(target, tone, x1, y, x2);
  } else if (row.shape === 'arrival') {
    drawArrival(layout, target, row, tone, x1, x2);
  } else if (row.pending || (row.shape === 'departure' && row.arrival < 0 && !handshakeOf(row))) {
    const end = x1 + (x2 - x1) * 0.6;
    const tip = row.mark === 'loss' ? crossAt(end, y + 6) : `<circle class="hole ${tone}" cx="${end}" cy="${y + 6}" r="3"/>`;
    target.add(y, y + 10, `<path class="arrow pending ${tone}" d="M${x1} ${y}L${end} ${y + 6}"/>${tip}`);
  } else {
    if (row.shape === 'departure' && handshakeOf(row)) {
      return; // The answer draws both ways.
    }
    const y2 = row.shape === 'departure' ? arrivalY(layout, row) : y;
    target.add(y, y2, `<path class="arrow ${tone}" d="${arrowPath(x1, y, x2, y2)}"/>`);
    if (row.mark) {
      drawMark(target, row.mark, x1 + (x2 - x1) * 0.5, (y + y2) / 2);
    }
  }
}

// The shape of a mark on the diagram, on a patch that keeps lines out of it.
function drawMark(target, mark, x, y) {
  if (mark) {
    const patch = '<circle class="patch" cx="8" cy="8" r="9"/>';
    target.add(y - 7, y + 7, `<g class="mark ${mark}" transform="translate(${x - 6.4} ${y - 6.4})scale(.8)">${patch}${MARK_SHAPES[mark]}</g>`);
  }
}

function handshakeOf(row) {
  const shake = handshakes.get(row.flow);
  return shake && shake.syn === row && shake.answer;
}

// Most arrivals are drawn by their departure. Those of a handshake and those without a recorded departure are not.
function drawArrival(layout, target, row, tone, x1, x2) {
  const y = layout.rowY[row.index];
  const from = row.departure >= 0 ? layout.rowY[row.departure] : -1;
  const draw = (ya, yb, xa, xb) => target.add(ya, yb, `<path class="arrow ${tone}" d="${arrowPath(xa, ya, xb, yb)}"/>`);
  const departure = rows[row.departure];
  if (from < 0 || from === y) {
    draw(y, y, x1, x2);
  } else if (handshakeOf(departure)) {
    draw(from, (from + y) / 2, x2, x1);
    draw((from + y) / 2, y, x1, x2);
  } else if (departure.acknowledged === row.index) {
    draw(from, y, x1, x2);
  }
}

function lostArrow(target, tone, x1, y, x2) {
  const x = x1 + (x2 - x1) * 0.55;
  target.add(y, y, `<path class="arrow lost ${tone}" d="M${x1} ${y}H${x}"/>${crossAt(x, y)}`);
}

function crossAt(x, y) {
  return `<path class="cross" d="M${x - 4} ${y - 4}l8 8m0-8-8 8"/>`;
}

// The arrival, or the nearest visible row before it.
function arrivalY(layout, row) {
  for (let i = row.arrival; i > row.index; i--) {
    if (layout.rowY[i] >= 0) {
      return layout.rowY[i];
    }
  }
  return layout.rowY[row.index];
}

function arrowPath(x1, y1, x2, y2) {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const ux = (x2 - x1) / length;
  const uy = (y2 - y1) / length;
  const tip = (side) =>
    `${(x2 - HEAD * 1.4 * ux - side * HEAD * 0.75 * uy).toFixed(1)} ${(y2 - HEAD * 1.4 * uy + side * HEAD * 0.75 * ux).toFixed(1)}`;
  return `M${x1} ${y1}L${x2} ${y2}M${tip(1)}L${x2} ${y2}L${tip(-1)}`;
}

function itemHtml(item, i, previous) {
  if (item.kind === 'gap') {
    return `<div class="row gap" role="row"><span role="gridcell" class="t">+${durationText(item.step)}</span></div>`;
  }
  if (item.kind === 'omitted') {
    return `<div class="row gap" role="row"><span role="gridcell" class="t"></span><span class="d"></span><span role="gridcell" class="e">${item.count.toLocaleString('en')} rows are left out here</span></div>`;
  }
  if (item.kind === 'fold') {
    const label = `${item.rows.length} folded rows: ${item.label}`;
    return `<div class="row fold" role="row" id="i${i}" tabindex="-1" aria-expanded="${item.open}" aria-label="${escapeHtml(label)}"><span role="gridcell" class="t"></span><span class="d"></span><span role="gridcell" class="e"><i>${item.open ? '\u25be' : '\u25b8'}</i><b>${item.rows.length} rows</b> ${escapeHtml(visible(item.label))}</span></div>`;
  }
  return rowHtml(item.row, i, item.inFold, previous);
}

// The text of a row, with its payload in another font.
function textHtml(row) {
  const [start, sent, end] = row.parts.map((part) => escapeHtml(visible(part)));
  return sent ? `${start}<q>${sent}</q>${end}` : start + end;
}

function rowHtml(row, i, inFold, previous) {
  const time = previous && previous.time === row.time ? '' : timeText(row.time);
  const flow = row.flow ? `<i class="flow c${row.flow.index % 8}">${escapeHtml(row.flow.label)}</i>` : '';
  const count = row.count > 1 && !row.text.includes('\u00d7') ? ` <b>\u00d7${row.count.toLocaleString('en')}</b>` : '';
  const before = row.flow ? row.flow.shown : null;
  const states = row.states.map((state, side) =>
    `<span class="${before && before[side] === state ? 'same' : 'new'} ${state === 'RESET' ? 'bad' : ''}">${state}</span>`);
  if (row.flow) {
    row.flow.shown = row.states;
  }
  const cell = row.states.some(Boolean) ? `<span role="gridcell" class="s">${states.join('')}</span>` : '';
  return `<div class="row ${row.mark} ${inFold ? 'inner' : ''}" role="row" id="i${i}" tabindex="-1" aria-label="${escapeHtml(labelOf(row))}"><span role="gridcell" class="t">${time}</span><span class="d"></span><span role="gridcell" class="e"><i class="slot">${row.mark ? markSvg(row.mark) : ''}</i>${flow}${textHtml(row)}${count}</span>${cell}</div>`;
}

// Draws everything. Returns the layout.
function draw(items) {
  const layout = layOut(items);
  const target = canvas(layout);
  drawBars(layout, target);
  items.filter((item) => item.kind === 'row').forEach((item) => drawRow(layout, target, item.row));
  const html = [];
  let previous = null;
  flows.forEach((flow) => (flow.shown = null));
  const lifelines = layout.visible.map((column) => layout.centers.get(column.index));
  target.blocks.forEach((shapes, b) => {
    const top = b * BLOCK * ROW;
    const height = Math.min(BLOCK * ROW, layout.height - top);
    const lines = `<path class="life" d="${lifelines.map((x) => `M${x} ${top}v${height}`).join('')}"/>`;
    const texts = items.slice(b * BLOCK, (b + 1) * BLOCK).map((item, i) => {
      const text = itemHtml(item, b * BLOCK + i, previous);
      previous = item.row || previous;
      return text;
    });
    html.push(`<div class="block" role="rowgroup"><svg class="lines" aria-hidden="true" width="${layout.width}" height="${height}" viewBox="0 ${top} ${layout.width} ${height}">${lines}${shapes.join('')}</svg>${texts.join('')}</div>`);
  });
  container.innerHTML = html.join('');
  container.parentElement.style.setProperty('--diagram', `${layout.width}px`);
  container.parentElement.style.setProperty('--step', `${layout.step}px`);
  return layout;
}
