// What the keyboard reaches, as far as it does not show the focus, does not take it, or breaks the order of the page.
() => {
  const named = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const reached = [...document.querySelectorAll(named)].filter(
    (e) => !e.disabled && e.type !== "hidden" && e.getClientRects().length && e.checkVisibility()
  );
  const look = (e, part) => {
    const s = getComputedStyle(e, part);
    return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor, s.backgroundColor].join();
  };
  // A radio button shows it on the ring that its label draws.
  const shown = (e) => [look(e), ...[...(e.labels || [])].map((label) => look(label, "::before"))].join();
  return reached
    .filter((e) => {
      document.activeElement.blur();
      const before = shown(e);
      e.focus();
      return e.tabIndex > 0 || document.activeElement !== e || shown(e) === before;
    })
    .map((e) => e.outerHTML.slice(0, 120));
}
