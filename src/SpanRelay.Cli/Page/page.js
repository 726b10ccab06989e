// Once a second, takes over what is live from a fresh copy of the view. Without it, the page is read by reloading.
"use strict";
(() => {
  const live = "[data-live]";
  const period = 1000;
  let failures = 0;

  // Changes only what differs: selection and animations stay.
  const update = (from, to) => {
    if (from.isEqualNode(to)) return;
    const [olds, news] = [[...from.childNodes], [...to.childNodes]];
    const alike = olds.length === news.length && olds.every((old, i) => old.nodeName === news[i].nodeName && old.id === news[i].id);
    if (from.nodeType !== Node.ELEMENT_NODE) {
      from.nodeValue = to.nodeValue;
      return;
    }
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
    for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    if (alike) {
      olds.forEach((old, i) => update(old, news[i]));
      return;
    }
    from.replaceChildren(...news.map(node => document.importNode(node, true)));
  };

  // What has the focus may have moved, or gone.
  const updateAll = fresh => {
    const focused = document.activeElement.id;
    for (const old of document.querySelectorAll(live)) {
      const next = fresh.getElementById(old.id);
      if (next) update(old, next);
    }
    if (focused && document.activeElement.id !== focused) (document.getElementById(focused) ?? document.getElementById("main")).focus({ preventScroll: true });
  };

  const look = async () => {
    try {
      const response = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(10 * period) });
      if (response.ok) {
        updateAll(new DOMParser().parseFromString(await response.text(), "text/html"));
      }
      failures = 0;
    } catch {
      failures++;
    }
    document.getElementById("ended").hidden = failures < 3;
    if (failures < 30) schedule();
  };

  // A hidden tab does not ask.
  const schedule = () => setTimeout(() => document.hidden ? document.addEventListener("visibilitychange", look, { once: true }) : look(), period);

  schedule();
})();
