
// SPDX-License-Identifier: GPL-2.0-or-later
// Search in this page: what does not match is hidden. #q=WORD in the address searches at once.
(() => {
  const form = document.getElementById('search');
  const input = form.querySelector('input');
  const output = form.querySelector('output');
  let records = null;
  let timer = 0;

  // small letters without accents
  const fold = (text) => text.normalize('NFD').replace(/\p{M}+/gu, '').toLowerCase();

  const index = () => {
    if (records !== null)
      return;
    records = [];
    for (const talk of document.querySelectorAll('details')) {
      const name = fold(talk.querySelector('summary').textContent);
      let day = null;
      for (const item of talk.querySelectorAll('li')) {
        if (item.className === 'd')
          day = item;
        else
          records.push({item, talk, day, month: item.parentNode, name, text: fold(item.textContent)});
      }
    }
    for (const item of document.querySelectorAll('tbody tr'))
      records.push({item, name: '', text: fold(item.textContent)});
  };

  // shows all, as it was
  const reset = () => {
    for (const {item, talk, day, month} of records ?? []) {
      item.hidden = false;
      if (talk) {
        talk.hidden = talk.open = day.hidden = month.hidden = false;
      }
    }
    output.textContent = '';
  };

  const mark = (word, found) => {
    if (!CSS.highlights)
      return;
    CSS.highlights.delete('found');
    const ranges = [];
    for (const item of found.slice(0, 1000)) {
      const walker = document.createTreeWalker(item, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = fold(node.data);
        if (text.length !== node.length)
          continue;
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
      }
    }
    if (ranges.length > 0)
      CSS.highlights.set('found', new Highlight(...ranges));
  };

  const search = () => {
    const word = fold(input.value.trim());
    index();
    reset();
    if (word === '') {
      CSS.highlights?.delete('found');
      return;
    }
    const found = [];
    for (const {talk, day, month} of records) {
      if (talk)
        talk.hidden = day.hidden = month.hidden = true;
    }
    for (const {item, talk, day, month, name, text} of records) {
      const matches = text.includes(word);
      item.hidden = !matches;
      if (talk && name.includes(word))
        talk.hidden = false;
      if (!matches)
        continue;
      found.push(item);
      if (talk) {
        talk.hidden = day.hidden = month.hidden = false;
        talk.open = true;
      }
    }
    // a name that matches and no message: the whole conversation
    for (const {item, talk, day, month} of records) {
      if (talk && !talk.hidden && !talk.open)
        item.hidden = day.hidden = month.hidden = false;
    }
    output.textContent = found.length > 0 ? output.dataset.some.replace('#', found.length)
                                          : output.dataset.none;
    mark(word, found);
  };

  const follow = () => {
    if (!location.hash.startsWith('#q='))
      return;
    try {
      input.value = decodeURIComponent(location.hash.slice(3));
    } catch {
      return;
    }
    search();
  };

  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(search, 200);
  });
  window.addEventListener('hashchange', follow);
  follow();
})();
