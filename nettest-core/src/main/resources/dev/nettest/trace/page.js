// The tools, the keyboard and the start of the page.

const search = document.getElementById('search');
const found = document.getElementById('found');
let items = [];
let active = -1;
let hits = [];

function render() {
  const row = active >= 0 ? firstRow(items[active]) : null;
  items = arrange();
  draw(items);
  drawHead();
  active = row ? indexOf(row) : -1;
  const start = items.findIndex(isFocusable);
  if (start >= 0) {
    itemNode(active >= 0 ? active : start).tabIndex = 0;
  }
  if (active >= 0) {
    itemNode(active).setAttribute('aria-selected', 'true');
  }
  showHits();
}

function firstRow(item) {
  return item && (item.row || (item.rows ? item.rows[0] : null));
}

function isFocusable(item) {
  return item.kind === 'row' || item.kind === 'fold';
}

function itemNode(index) {
  return document.getElementById(`i${index}`);
}

// The item that shows the row: itself, or its fold.
function indexOf(row) {
  const own = items.findIndex((item) => item.row === row);
  return own >= 0 ? own : items.findIndex((item) => item.kind === 'fold' && item.rows.includes(row));
}

function activate(index, focus) {
  const before = itemNode(active) || container.querySelector('[tabindex="0"]');
  if (before) {
    before.tabIndex = -1;
    before.removeAttribute('aria-selected');
  }
  active = index;
  const node = itemNode(index);
  node.tabIndex = 0;
  node.setAttribute('aria-selected', 'true');
  if (focus) {
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: 'nearest' });
  }
  if (!pane.hidden && items[index].kind === 'row') {
    showPane(items[index].row);
  }
}

// Shows a row, even if it is folded or one of its hosts is hidden.
function goTo(row) {
  if (isHidden(row)) {
    settings.hidden.clear();
    drawHosts();
    render();
  }
  let index = indexOf(row);
  if (items[index].kind === 'fold') {
    settings.opened.add(items[index].key);
    render();
    index = indexOf(row);
  }
  activate(index, true);
  itemNode(index).scrollIntoView({ block: 'center' });
}

function move(step, wanted) {
  for (let i = active + step; i >= 0 && i < items.length; i += step) {
    if (wanted(items[i])) {
      activate(i, true);
      return;
    }
  }
}

function open(index) {
  const item = items[index];
  if (item.kind === 'fold') {
    toggleFold(item);
  } else if (item.kind === 'row') {
    showPane(item.row);
  }
}

function toggleFold(item) {
  if (!settings.opened.delete(item.key)) {
    settings.opened.add(item.key);
  }
  render();
  const index = items.findIndex((other) => other.kind === 'fold' && other.key === item.key);
  activate(index, true);
}

const keys = {
  ArrowDown: () => move(1, isFocusable),
  ArrowUp: () => move(-1, isFocusable),
  Home: () => activate(items.findIndex(isFocusable), true),
  End: () => activate(items.length - 1, true),
  PageDown: () => page(1),
  PageUp: () => page(-1),
  Enter: () => open(active),
  ' ': () => open(active),
  ArrowRight: () => items[active].kind === 'fold' && !items[active].open && toggleFold(items[active]),
  ArrowLeft: () => items[active].kind === 'fold' && items[active].open && toggleFold(items[active]),
  n: () => move(1, (item) => item.kind === 'row' && item.row.mark),
  p: () => move(-1, (item) => item.kind === 'row' && item.row.mark),
};

function page(direction) {
  let index = Math.max(0, Math.min(items.length - 1, active + direction * 20));
  while (!isFocusable(items[index])) {
    index += direction;
  }
  activate(index, true);
}

container.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const index = indexOfNode(event.target);
  if (index >= 0 && keys[event.key]) {
    active = index;
    event.preventDefault();
    hideTip();
    keys[event.key]();
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    hideTip();
    if (!pane.hidden) {
      closePane();
      if (itemNode(active)) {
        itemNode(active).focus();
      }
    }
  } else if (event.key === '/' && event.target !== search) {
    event.preventDefault();
    search.focus();
  }
});

function indexOfNode(node) {
  const row = node.closest('.row[id]');
  return row ? Number(row.id.slice(1)) : -1;
}

container.addEventListener('click', (event) => {
  const index = indexOfNode(event.target);
  if (index >= 0 && String(getSelection()) === '') {
    activate(index, true);
    open(index);
  }
});

container.addEventListener('mousemove', (event) => {
  const index = indexOfNode(event.target);
  if (index >= 0 && items[index].kind === 'row') {
    showTip(items[index].row, event.clientX, event.clientY);
  } else {
    hideTip();
  }
});
container.addEventListener('mouseleave', hideTip);
addEventListener('scroll', hideTip, { passive: true });

// ---- search

search.addEventListener('input', () => {
  const wanted = search.value.trim().toLowerCase();
  hits = wanted === '' ? [] : rows.filter((row) => haystack(row).includes(wanted));
  container.classList.toggle('searching', wanted !== '');
  showHits();
});

search.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && hits.length > 0) {
    const current = active >= 0 ? firstRow(items[active]).index : -1;
    const next = event.shiftKey
      ? hits.filter((row) => row.index < current).pop() || hits[hits.length - 1]
      : hits.find((row) => row.index > current) || hits[0];
    goTo(next);
    search.focus({ preventScroll: true });
  } else if (event.key === 'Escape') {
    search.value = '';
    search.dispatchEvent(new Event('input'));
  }
});

function showHits() {
  container.querySelectorAll('.hit').forEach((node) => node.classList.remove('hit'));
  const wanted = new Set(hits);
  items.forEach((item, i) => {
    if (item.kind === 'row' ? wanted.has(item.row) : item.kind === 'fold' && item.rows.some((row) => wanted.has(row))) {
      itemNode(i).classList.add('hit');
    }
  });
  found.textContent = search.value.trim() === '' ? '' : `${hits.length.toLocaleString('en')} of ${rows.length.toLocaleString('en')} rows`;
}

// ---- the bar

function toggle(label, pressed, change) {
  const button = element('button', { type: 'button', 'aria-pressed': String(pressed) }, label);
  button.addEventListener('click', () => {
    const now = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(now));
    change(now);
    render();
  });
  return button;
}

function drawFolds() {
  document.getElementById('folds').replaceChildren(
    toggle('Fold repeats', settings.repeats, (on) => (settings.repeats = on)),
    toggle('Fold local events', settings.locals, (on) => (settings.locals = on)),
  );
}

function drawHosts() {
  const hosts = columns.map((column) =>
    toggle(column.name, !settings.hidden.has(column.index), (on) =>
      on ? settings.hidden.delete(column.index) : settings.hidden.add(column.index),
    ),
  );
  hosts.forEach((button, i) => (button.title = `Show or hide ${columns[i].name}`));
  document.getElementById('hosts').replaceChildren(...(hosts.length > 1 ? hosts : []));
}

function drawMarks() {
  const buttons = Object.keys(MARK_SHAPES)
    .map((mark) => ({ mark, list: marked.filter((row) => row.mark === mark) }))
    .filter(({ list }) => list.length > 0)
    .map(({ mark, list }) => {
      const count = list.reduce((sum, row) => sum + row.count, 0);
      const name = `Next ${mark} of ${count}`;
      const button = element('button', { type: 'button', class: mark, 'aria-label': name, title: name });
      button.insertAdjacentHTML('beforeend', markSvg(mark));
      button.append(` ${count.toLocaleString('en')} ${plural(mark, count)}`);
      button.addEventListener('click', () => {
        const current = active >= 0 ? firstRow(items[active]).index : -1;
        goTo(list.find((row) => row.index > current) || list[0]);
      });
      return button;
    });
  document.getElementById('marks').replaceChildren(...buttons);
}

function plural(mark, count) {
  return count === 1 ? mark : mark === 'loss' ? 'losses' : `${mark}s`;
}

function drawHead() {
  const names = columns.filter((column) => !settings.hidden.has(column.index)).map((column) =>
    element('span', { class: 'host', title: `${column.name} ${column.detail}` }, element('b', {}, column.name), element('small', {}, column.detail)),
  );
  document.getElementById('head').replaceChildren(
    element('span', { class: 't' }, `Time (${unit.name})`),
    element('span', { class: 'd' }, ...names),
    element('span', { class: 'e' }, 'Event'),
    element('span', { class: 's' }, element('span', {}, 'Dialling end'), element('span', {}, 'Accepting end')),
  );
}

// ---- what stands out

const MOST_NOTES = 8;
const ranks = ['error', 'timeout', 'fault', 'loss', 'change'];

function drawAttention() {
  const section = document.getElementById('attention');
  const list = section.querySelector('ol');
  const groups = new Map();
  // Changes before the first connection set up the network.
  const start = rows.findIndex((row) => row.flow);
  marked.filter((row) => row.mark !== 'change' || row.index > start).forEach((row) => {
    const key = [row.mark, row.from, row.to, row.text].join('\n');
    const group = groups.get(key) || { row, count: 0 };
    group.count += row.count;
    groups.set(key, group);
  });
  const all = [...groups.values()];
  const notes = [...all]
    .sort((a, b) => ranks.indexOf(a.row.mark) - ranks.indexOf(b.row.mark))
    .slice(0, MOST_NOTES)
    .sort((a, b) => a.row.index - b.row.index);
  list.replaceChildren(...notes.map(note));
  if (notes.length === 0) {
    section.append(element('p', { class: 'none' }, 'No fault, timeout, error, loss or change.'));
  } else if (all.length > notes.length) {
    section.append(element('p', { class: 'none' }, `and ${all.length - notes.length} more`));
  }
}

function note({ row, count }) {
  const button = element('button', { type: 'button', class: row.mark });
  button.insertAdjacentHTML('beforeend', markSvg(row.mark));
  button.append(
    element('span', { class: 't' }, `${timeText(row.time)} ${unit.name}`),
    element('span', {}, element('b', {}, placeText(row)), ` ${visible(row.text)}`, count > 1 ? ` \u00d7${count}` : ''),
  );
  button.addEventListener('click', () => goTo(row));
  return element('li', {}, button);
}

// ---- the start

const copy = document.getElementById('copy');
if (copy) {
  copy.addEventListener('click', () => {
    getSelection().selectAllChildren(document.getElementById('replay'));
    document.execCommand('copy');
    copy.textContent = 'Copied';
  });
}

let width = 0;
addEventListener('resize', () => {
  if (innerWidth !== width) {
    width = innerWidth;
    render();
  }
});

addEventListener('beforeprint', () => {
  const snapshot = document.getElementById('snapshot');
  if (snapshot) {
    snapshot.open = true;
  }
});

drawFolds();
drawHosts();
drawMarks();
drawAttention();
width = innerWidth;
render();
performance.mark('nettest:drawn');
performance.measure('nettest:render', 'nettest:start', 'nettest:drawn');
