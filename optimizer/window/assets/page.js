'use strict';
(() => {
  const $ = id => document.getElementById(id);
  const MOST = 100_000_000, LISTED = 200, BEAT = 20_000, POLL = 400;
  const COLUMNS = ['severity', 'sheet', 'cell', 'found', 'expected', 'remedy'];
  const FINISHED = ['ready', 'refused', 'done', 'failed'];
  let words = {}, now = { stage: 'empty', job: 0 }, ticked = null, ended = false, message = null;

  const say = (key, values = {}) => (words[key] || '').replace(/\{(\w+)\}/g, (all, name) => name in values ? values[name] : all);

  /** An element with text and children; text is never taken for markup. */
  function make(tag, { text = '', ...marks } = {}, ...children) {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    for (const [name, value] of Object.entries(marks)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  /** A table that the server made and escaped. A document made by DOMParser runs nothing, and the policy lets nothing run here. */
  function sheet(html) {
    const parsed = new DOMParser().parseFromString(html, 'text/html');
    const holder = make('div', { class: 'sheet', tabindex: '0', role: 'region', 'aria-label': parsed.querySelector('caption')?.textContent || say('answer') });
    holder.append(...[...parsed.body.childNodes].map(node => document.adoptNode(node)));
    return holder;
  }

  async function ask(path, options) {
    try {
      const answer = await fetch(path, options);
      if (answer.status === 403) throw new Error();
      return answer;
    } catch {
      finish('gone');
      throw new Error('optimizer is gone');
    }
  }
  const post = (path, body = {}) => ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

  /** What the live region says: kept as keys, so that it can be said again in another language. */
  function tell(lines, bad = false) {
    message = { lines, bad };
    $('status').className = bad ? 'bad' : '';
    $('status').replaceChildren(...lines.map(([key, values]) => make('p', { text: say(key, values) })));
  }

  function finish(key) {
    ended = true;
    tell([[key]], key === 'gone');
    $('progress').hidden = true;
    for (const control of document.querySelectorAll('button,input,select,.file a')) control.disabled = true;
  }

  async function speak(code) {
    words = await (await ask('words?lang=' + code)).json();
    document.documentElement.lang = words.tag;
    document.title = say('title');
    for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
    for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', say(element.dataset.label));
    if (message) tell(message.lines, message.bad);
    if (FINISHED.includes(now.stage)) show(now);
  }

  const busy = () => ['reading', 'running'].includes(now.stage);

  async function follow() {
    for (;;) {
      const state = await (await ask('state')).json();
      now = { ...now, ...state };
      const at_work = busy();
      for (const id of ['run', 'read', 'choose', 'again']) $(id).disabled = at_work;
      $('progress').hidden = !at_work;
      if (!at_work) break;
      const running = state.stage === 'running' && state.current;
      $('progress').removeAttribute('value');
      if (running && state.total > 1) { $('progress').max = state.total; $('progress').value = state.done; }
      const line = running ? ['working', { name: state.current, done: state.done, total: state.total }] : ['reading', { name: state.name }];
      if (JSON.stringify(message?.lines) !== JSON.stringify([line])) tell([line]);
      await new Promise(wake => setTimeout(wake, POLL));
    }
    now = await (await ask('outcome')).json();
    show(now);
    report(now);
  }

  function report(told) {
    if (told.stage === 'ready') tell([['is-read', { name: told.name }]]);
    if (told.stage === 'failed') tell([['failed', { why: told.trouble }]], true);
    if (told.stage === 'refused') {
      const hint = told.copied && told.findings.some(one => one.code === 'adopted') ? [['adopted-hint']] : [];
      tell([['refused'], ...hint], true);
    }
    if (told.stage === 'done') tell([['done', { folder: told.folder }]]);
    const goal = { refused: 'findings-title', done: 'answer-title' }[told.stage];
    if (goal) { $(goal).focus({ preventScroll: true }); $('status').scrollIntoView({ block: 'start' }); }
  }

  function show(told) {
    $('question').hidden = !told.scenarios.length;
    const where = say('to-folder', { folder: told.folder });
    $('source').textContent = `${say(told.copied ? 'is-copy' : 'is-path', { name: told.name })} ${where}`;
    choices(told);
    $('findings').hidden = !told.findings.length;
    $('again').hidden = told.copied;
    findings(told.findings);
    $('answer').hidden = told.stage !== 'done';
    $('answers').replaceChildren(...(told.stage === 'done' ? results(told) : []));
  }

  function choices(told) {
    const names = told.scenarios.map(one => one.name), base = told.scenarios.filter(one => one.base).map(one => one.name);
    const kept = ticked && [...ticked].filter(name => names.includes(name));
    ticked = new Set(kept && kept.length ? kept : base);
    const box = (checked, change, ...text) => {
      const input = make('input', { type: 'checkbox' });
      input.checked = checked;
      input.addEventListener('change', () => change(input.checked));
      return make('label', { class: 'choice' }, input, make('span', {}, ...text));
    };
    const boxes = told.scenarios.map(one => {
      const title = [one.title === one.name ? '' : one.title, one.base ? say('base') : ''].filter(Boolean).join(' – ');
      return box(ticked.has(one.name), on => { ticked[on ? 'add' : 'delete'](one.name); mark(); }, one.name, make('span', { text: title }));
    });
    const every = box(false, on => {
      ticked = new Set(on ? names : base);
      boxes.forEach((one, i) => { one.firstChild.checked = ticked.has(names[i]); });
    }, say('every'));
    every.classList.add('every');
    const mark = () => { every.firstChild.checked = ticked.size === names.length; };
    mark();
    $('choices').replaceChildren(...(names.length > 1 ? [every] : []), ...boxes);
  }

  function findings(list) {
    const head = make('tr', {}, ...COLUMNS.map(key => make('th', { text: say(key), scope: 'col' })));
    const rows = list.slice(0, LISTED).map(one => make('tr', {}, ...COLUMNS.map(key =>
      key === 'severity' ? make('td', { text: say(one.severity), class: one.severity }) : make('td', { text: one[key] }))));
    if (list.length > LISTED) rows.push(make('tr', {}, make('td', { colspan: '6', text: say('more', { number: list.length - LISTED }) })));
    $('listed').replaceChildren(make('thead', {}, head), make('tbody', {}, ...rows));
  }

  function results(told) {
    const parts = [], several = told.answers.length > 1, own = told.answers.flatMap(one => one.files);
    if (told.compared) {
      const others = told.files.filter(file => !own.includes(file.number));
      parts.push(make('h3', { text: say('compared') }), ...others.map(file_row), sheet(told.compared));
    }
    for (const one of told.answers) {
      if (several) parts.push(make('h3', { text: one.scenario }));
      if (!one.table) parts.push(make('p', { class: 'doubt', text: say('no-answer') }));
      if (one.doubt) parts.push(make('p', { class: 'doubt', text: say('doubt', { why: one.doubt }) }));
      parts.push(...one.why.map(text => make('p', { text })));
      const files = make('div', { role: 'group', 'aria-label': say('files') }, ...one.files.map(i => file_row(told.files[i])));
      const inside = [files, ...one.sentences.map(text => make('p', { text })), ...(one.table ? [sheet(one.table)] : [])];
      parts.push(...inside);
    }
    return parts;
  }

  function file_row(file) {
    const open = make('button', { type: 'button', text: say('open'), 'aria-label': `${say('open')}: ${file.name}` });
    open.addEventListener('click', async () => {
      const answer = await post('open', { job: now.job, file: file.number });
      tell([[answer.ok ? 'opened' : 'not-opened', { name: file.name }]], !answer.ok);
    });
    const save = make('a', { href: `file/${now.job}/${file.number}`, download: file.name, text: say('download'), 'aria-label': `${say('download')}: ${file.name}` });
    return make('div', { class: 'file' }, make('span', {}, say(file.kind), make('small', { text: file.name })), open, save);
  }

  async function start(answer) {
    if (answer.status === 413) return tell([['too-large', { name: $('file').files[0]?.name || '' }]], true);
    if (answer.status === 409) return tell([['busy']]);
    return follow();
  }

  async function upload(file) {
    if (!file || ended) return;
    if (busy()) return tell([['busy']]);
    if (file.size > MOST) return tell([['too-large', { name: file.name }]], true);
    let content;
    try {  // read first: a file that was changed or locked meanwhile is told from a server that is gone
      content = await file.arrayBuffer();
    } catch (error) {
      return tell([['failed', { why: `${file.name}: ${error.message}` }]], true);
    }
    $('path').value = '';
    ticked = null;
    tell([['reading', { name: file.name }]]);
    await start(await ask('upload?name=' + encodeURIComponent(file.name), { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: content }));
  }

  const read = async () => { if ($('path').value.trim()) await start(await post('plan', { path: $('path').value })); };
  const quiet = deed => (...given) => Promise.resolve(deed(...given)).catch(error => { if (!ended) throw error; });

  $('choose').addEventListener('click', () => { $('file').value = ''; $('file').click(); });
  $('file').addEventListener('change', quiet(() => upload($('file').files[0])));
  $('read').addEventListener('click', quiet(read));
  $('again').addEventListener('click', quiet(read));
  $('path').addEventListener('keydown', quiet(event => event.key === 'Enter' ? read() : null));
  $('language').addEventListener('change', quiet(() => speak($('language').value)));
  $('run').addEventListener('click', quiet(async () => {
    if (!ticked.size) return tell([['none-chosen']], true);
    const names = now.scenarios.map(one => one.name).filter(name => ticked.has(name));
    return start(await post('run', { scenarios: names, every: names.length === now.scenarios.length && names.length > 1, language: $('language').value, full: $('full').checked }));
  }));
  $('quit').addEventListener('click', quiet(async () => {
    if (busy() && !confirm(say('leave'))) return;
    await post('quit');
    finish('quitting');
  }));
  addEventListener('dragover', event => { event.preventDefault(); $('drop').classList.add('over'); });
  addEventListener('dragleave', event => { if (!event.relatedTarget) $('drop').classList.remove('over'); });
  addEventListener('drop', quiet(event => { event.preventDefault(); $('drop').classList.remove('over'); return upload(event.dataTransfer.files[0]); }));
  setInterval(() => { if (!ended) quiet(() => ask('state'))(); }, BEAT);

  quiet(async () => {
    const wanted = [document.documentElement.dataset.start, ...navigator.languages.map(tag => tag.slice(0, 2))];
    $('language').value = wanted.find(code => ['en', 'fr', 'es'].includes(code)) || 'en';
    await speak($('language').value);
    const state = await (await ask('state')).json();
    if (!state.copied && state.stage !== 'empty') $('path').value = state.path;
    if (state.stage !== 'empty') await follow();
  })();
})();
