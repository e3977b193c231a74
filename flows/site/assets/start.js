// Shows the page that the address after # names, and shows it again in the other language.
"use strict";
(() => {
  const O = window.OGI, {t} = O, main = document.getElementById("main");
  let turn = 0;
  async function show() {
    const mine = ++turn, [page = "find", ...given] = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
    let shown;
    try {
      shown = Object.hasOwn(O.pages, page) ? await O.pages[page](given) : [O.el("h1", {}, t("not_there"))];
    } catch (error) {
      shown = [O.el("p", {role: "alert"}, error.message)];
    }
    if (mine !== turn) return; // another page was asked for meanwhile
    main.replaceChildren(...shown.filter(Boolean));
    main.dataset.page = page;
    document.title = [main.querySelector("h1")?.textContent, t("title")].filter(Boolean).join(" · ");
    for (const link of document.querySelectorAll("#nav a")) if (link.dataset.page === page) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    (page === "find" ? document.getElementById("find") : main)?.focus({preventScroll: true});
    window.scrollTo(0, 0);
  }
  function frame() {
    document.documentElement.lang = O.language === "zh" ? "zh-CN" : "en";
    document.getElementById("skip").textContent = t("skip");
    document.getElementById("brand").textContent = t("title");
    document.getElementById("language").textContent = t("other_language");
    document.getElementById("nav").setAttribute("aria-label", t("pages"));
    document.getElementById("nav").replaceChildren(...["find", "compare", "rank", "heat", "outcomes", "applicants", "coverage", "methods"].map((page) => O.el("a", {href: `#/${page}`, "data-page": page}, t(page))));
    document.getElementById("footer").textContent = t("footer", O.about.reports.toLocaleString("en-US"), O.about.findings.toLocaleString("en-US"));
  }
  document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
  document.getElementById("language").addEventListener("click", () => {
    O.language = O.language === "zh" ? "en" : "zh";
    try { localStorage.setItem("ogi-language", O.language); } catch { /* a browser that keeps nothing: the choice holds for this visit */ }
    frame();
    show();
  });
  window.addEventListener("hashchange", show);
  frame();
  show();
})();
