/** The style of a report: one column of text, charts side by side where there is room, colors by the reader's choice. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ink: #1c1c21; --soft: #5b5b66; --paper: #ffffff; --card: #fafafb; --edge: #dcdce2; --link: #005a8f;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --soft: #a9a9b6; --paper: #121216; --card: #1b1b21; --edge: #34343e; --link: #7cc4f2; }
  /* the blue of the palette is too dark for lines on black; what has a white seam stands on a light ground */
  .picture svg [stroke="#0072b2"] { stroke: #1f8fd6; }
  .picture svg [fill="#0072b2"]:not([stroke="#ffffff"]) { fill: #1f8fd6; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 110rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
h1 { font-size: clamp(1.5rem, 5vw, 2.2rem); line-height: 1.2; margin: 0.5rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 2.5rem 0 0.75rem; overflow-wrap: anywhere; }
p, nav { max-width: 44rem; overflow-wrap: anywhere; }
a { color: var(--link); }
nav ol { padding-left: 2rem; columns: 16rem; column-gap: 2.5rem; }
nav li { padding-left: 0.2rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.9em; }
pre { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 0.75rem; overflow-x: auto; line-height: 1.4; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 1rem; }
figure { display: flex; flex-direction: column; margin: 0; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 0.5rem; min-width: 0; }
figure.wide { grid-column: 1 / -1; }
.picture { overflow-x: auto; margin-bottom: auto; }
.picture svg { display: block; width: 100%; height: auto; color: var(--ink); }
figcaption { color: var(--soft); font-size: 0.82rem; line-height: 1.4; margin-top: 0.4rem; overflow-wrap: anywhere; }
.tables { display: flex; flex-wrap: wrap; column-gap: 2.5rem; align-items: start; }
.scroll { overflow-x: auto; margin: 1rem 0; max-width: 100%; /* a shade at the right edge while there is more to the right */
  background: linear-gradient(var(--paper), var(--paper)) right / 1.5rem 100% no-repeat local, linear-gradient(to left, var(--edge), transparent) right / 1.5rem 100% no-repeat scroll; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: 0.85rem; padding-bottom: 0.3rem; }
th { vertical-align: bottom; }
td:first-child { white-space: nowrap; }
th, td { text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid var(--edge); }
.number { text-align: right; }
@media (max-width: 30rem) { main { padding-left: 0.5rem; padding-right: 0.5rem; } figure { padding: 0.25rem; } figcaption { padding: 0 0.25rem; }
  table { font-size: 0.8rem; } th, td { padding-right: 0.5rem; } }
@media print { figure, table, pre { break-inside: avoid; } nav { display: none; } }
`.trim()
