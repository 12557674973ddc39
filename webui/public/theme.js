// Sets the colours before the first paint. A file of its own, since the page's policy
// allows no scripts within its text.
(function () {
  var chosen = 'auto';
  try {
    chosen = localStorage.getItem('lh-theme') || 'auto';
  } catch (e) {
    // Storage is switched off: the system decides.
  }
  var dark = chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
})();
