// Sets theme and language before the first paint, so that nothing flashes. Kept apart because the page allows no
// inline script. The names are those of src/app/preferences.ts.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem('weir.theme');
    var language = localStorage.getItem('weir.language');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    if (!language) language = /^zh/i.test(navigator.language) ? 'zh' : 'en';
    root.lang = language === 'zh' ? 'zh-CN' : 'en';
  } catch {
    // Storage may be forbidden; the defaults hold.
  }
})();
