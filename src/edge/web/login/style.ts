// The one stylesheet of all pages: calm, roomy, readable at 320 px, in light and dark, with a focus that is seen.
import { createHash } from 'node:crypto';

// Spacing goes in steps of 4 px; type in steps of about 1.2 from 16 px; targets are 44 px (WCAG 2.2 2.5.8 asks 24).
export const styleSheet = `
:root{color-scheme:light dark;--ground:#eef2f5;--surface:#ffffff;--text:#16202a;--quiet:#4a5763;--line:#c9d2da;
--field-line:#6b7885;--bad:#a3171c;--bad-tint:#fdf1f1;--good:#0b6b3a;--focus:#16202a;
--primary:#0b4f6c;--primary-strong:#093f56;--on-primary:#ffffff;--primary-tint:#eef4f7;--accent:#0b7a75}
@media (prefers-color-scheme:dark){:root{--ground:#10161d;--surface:#1a222c;--text:#eaf0f5;--quiet:#b3bfca;--line:#3a4754;
--field-line:#8a98a6;--bad:#ff9a94;--bad-tint:#331c1f;--good:#7fd6a4;--focus:#ffffff;
--primary:#7cc0dd;--primary-strong:#a5d6ea;--on-primary:#10161d;--primary-tint:#202d38;--accent:#4cc2bb}}
*,*::before,*::after{box-sizing:border-box}
html{font:100%/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--ground);color:var(--text);
overflow-wrap:break-word}
h1,h2,h3,p,ul,ol,dl,dd,fieldset{margin:0;padding:0}
h1{font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.125rem;line-height:1.35;font-weight:650}
h3{font-size:1rem;line-height:1.4;font-weight:650}
a{color:var(--primary);text-underline-offset:.18em}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:4px}
main:focus{outline:0}
.skip{position:absolute;left:1rem;top:-4rem;background:var(--surface);padding:.625rem 1rem;z-index:1}
.skip:focus{top:.5rem}
.top{background:var(--surface);border-top:4px solid var(--accent);border-bottom:1px solid var(--line)}
.top-row{max-width:64rem;margin:0 auto;padding:.75rem 1rem;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:center;
justify-content:space-between}
.brand{display:inline-flex;align-items:center;gap:.75rem;font-size:1.0625rem;font-weight:650;color:var(--text);
text-decoration:none;min-height:2.75rem}
.brand img{height:2.25rem;width:auto;max-width:10rem;display:block}
@media (prefers-color-scheme:dark){.brand img{background:#fff;border-radius:4px;padding:2px}}
.menu{display:flex;flex-wrap:wrap;gap:0 1.25rem}
.menu a{display:inline-flex;align-items:center;min-height:2.75rem}
.menu a[aria-current]{color:var(--text);font-weight:650;text-decoration:none;border-bottom:3px solid var(--accent)}
.demo{background:var(--primary-tint);border-bottom:1px solid var(--line);text-align:center;padding:.375rem 1rem;font-size:.875rem}
main{width:100%;max-width:30rem;margin:0 auto;padding:1.5rem 1rem 2.5rem;flex:1}
main.wide{max-width:64rem}
.sheet{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:1.5rem 1.25rem;
display:flex;flex-direction:column;gap:1.25rem;box-shadow:0 1px 2px rgb(16 24 32/.06),0 6px 20px rgb(16 24 32/.05)}
.wide>*+*{margin-top:1.25rem}
.sheet>*,.columns>*,.session>*{min-width:0;max-width:100%}
.stack{display:flex;flex-direction:column;gap:1.25rem}
.close{gap:.5rem}
.columns{display:grid;gap:1.25rem;align-items:start}
.column{display:flex;flex-direction:column;gap:1.25rem;min-width:0}
.lead{font-size:1.0625rem;color:var(--quiet)}
.quiet{color:var(--quiet)}
.small{font-size:.875rem}
.who{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.25rem 1rem;
background:var(--primary-tint);border-radius:8px;padding:.375rem .875rem}
.who strong{font-weight:650}
.field{display:flex;flex-direction:column;gap:.375rem}
label{font-weight:600}
input,select,textarea{font:inherit;color:inherit;background:var(--surface);border:1px solid var(--field-line);border-radius:6px;
padding:.625rem .75rem;min-height:2.875rem;width:100%}
textarea{min-height:8rem;font-family:ui-monospace,monospace;font-size:.8125rem}
progress{width:100%;height:1rem;accent-color:var(--primary)}
input[type=radio]{flex:none;width:1.5rem;min-height:1.5rem;height:1.5rem;margin:0;accent-color:var(--primary)}
label.choice{justify-content:flex-start;align-items:center;cursor:pointer}
label.choice::after{content:none}
fieldset{border:0;padding:0;margin:0;min-width:0}
legend{padding:0;margin-bottom:.375rem;font-weight:650}
:is(input,select,textarea):focus-visible{outline-offset:0;border-color:var(--focus)}
:is(input,select,textarea)[aria-invalid=true]{border:2px solid var(--bad)}
.field-error{color:var(--bad);font-weight:600}
button,.button{font:inherit;cursor:pointer;min-height:2.875rem;border-radius:6px;padding:.5rem 1.125rem;border:1px solid transparent;
display:inline-flex;align-items:center;justify-content:center;text-align:center;text-decoration:none;font-weight:600}
.main{background:var(--primary);color:var(--on-primary);border-color:var(--primary)}
.main:hover{background:var(--primary-strong)}
.other{background:var(--surface);color:var(--primary);border-color:var(--field-line)}
.other:hover{border-color:var(--primary);background:var(--primary-tint)}
.plain{background:none;color:var(--primary);padding:.25rem 0;min-height:2.75rem;text-decoration:underline;
text-underline-offset:.18em;font-weight:400}
.plain:hover{text-decoration-thickness:2px}
.plain[aria-current]{color:var(--text);font-weight:650;text-decoration:none;cursor:default}
form{margin:0}
.form{display:flex;flex-direction:column;gap:1.125rem}
.actions{display:flex;flex-wrap:wrap;gap:.75rem}
.actions>*,.actions button{flex:1 1 auto}
.actions form{display:flex}
.stay{position:sticky;bottom:0;margin-bottom:-.75rem;padding:.75rem 0;background:var(--surface);border-top:1px solid var(--line)}
#ways :is(a,button,input){scroll-margin-bottom:5.5rem}
@media (max-height:30rem){.stay{position:static}}
.choices{list-style:none;display:flex;flex-direction:column;gap:.625rem}
.choice{width:100%;display:flex;justify-content:space-between;gap:1rem;text-align:left;font-weight:400;padding:.875rem 1rem;
background:var(--surface);color:var(--text);border:1px solid var(--field-line);border-left:4px solid var(--primary);border-radius:8px;
text-decoration:none}
.search{display:flex;flex-direction:column;gap:.75rem}
.choice:hover{background:var(--primary-tint);border-color:var(--primary)}
.choice::after{content:"";flex:none;width:.5rem;height:.5rem;border:solid var(--primary);border-width:2px 2px 0 0;
transform:rotate(45deg);align-self:center}
.choice>span{min-width:0;overflow-wrap:anywhere}
.choice b{display:block;font-weight:650}
.choice span span{display:block;color:var(--quiet);font-size:.9375rem}
.note{border-left:4px solid var(--accent);background:var(--primary-tint);border-radius:0 8px 8px 0;padding:.875rem 1rem;
display:flex;flex-direction:column;gap:.375rem}
.bad{border-left:4px solid var(--bad);background:var(--bad-tint);border-radius:0 8px 8px 0;padding:.875rem 1rem;
display:flex;flex-direction:column;gap:.375rem}
.bad h2,.bad a{color:var(--bad)}
.bad ul{list-style:none}
.bad li a{display:inline-block;padding:.125rem 0}
.steps{padding-left:1.5rem;display:flex;flex-direction:column;gap:.75rem}
.checks{padding-left:1.25rem;display:flex;flex-direction:column;gap:.375rem}
.steps li::marker{font-weight:650;color:var(--primary)}
.or{border-top:1px solid var(--line);padding-top:1.25rem}
.code{font-family:ui-monospace,"Cascadia Mono","Liberation Mono",monospace;font-size:1.0625rem;letter-spacing:.04em;
font-weight:650;white-space:nowrap}
.facts dt{color:var(--quiet);font-size:.875rem}
.facts dd+dt{margin-top:.5rem}
.command{display:block;font-family:ui-monospace,"Cascadia Mono","Liberation Mono",monospace;font-size:.875rem;background:var(--primary-tint);
border-radius:6px;padding:.375rem .75rem;margin-top:.25rem;overflow-wrap:anywhere}
.files{display:flex;flex-wrap:wrap;gap:0 1.25rem;margin-top:.25rem}
.files a{display:inline-flex;align-items:center;min-height:2rem;font-size:.9375rem}
.which{font-weight:600}
.words{border-left:4px solid var(--field-line);padding-left:.875rem;overflow-wrap:anywhere}
.words h2{font-size:.9375rem;color:var(--quiet)}
.print{font-family:ui-monospace,"Liberation Mono",monospace;font-size:.875rem;word-break:break-all}
.sessions{list-style:none;display:grid;gap:1rem}
.session{border:1px solid var(--line);border-radius:8px;padding:1rem;display:flex;flex-direction:column;gap:.75rem}
.session.current{border-left:4px solid var(--accent)}
.tag{display:inline-block;border:1px solid var(--accent);border-radius:999px;padding:0 .625rem;font-size:.875rem;font-weight:600}
.told{color:var(--good);font-weight:600}.failed{color:var(--bad);font-weight:600}
.bar{display:block;width:100%;max-width:20rem;height:.5rem;margin:.25rem 0;background:var(--line);border-radius:4px;fill:var(--accent)}
.rows{list-style:none}
.rows li>*{min-width:0;overflow-wrap:anywhere}
.rows li{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;padding:.5rem 0}
.rows li>span{min-width:0;overflow-wrap:anywhere}
.rows li+li{border-top:1px solid var(--line)}
.life{display:block;width:100%;height:2.5rem}.life-mark{width:.75rem;height:.75rem}
.life .was,.extended{fill:var(--primary)}.life .left{fill:var(--primary-tint);stroke:var(--field-line)}
.opened{fill:var(--good)}.now{fill:var(--text)}.end{fill:var(--bad)}.gone{fill:var(--quiet)}
.table{overflow-x:auto;position:relative}
.table table{border-collapse:collapse;width:100%;min-width:44rem;font-size:.9375rem}
.table th,.table td{text-align:left;vertical-align:top;padding:.5rem .75rem .5rem 0;border-top:1px solid var(--line)}
.table th{border-top:0;color:var(--quiet);font-size:.875rem}.table td{max-width:18rem;overflow-wrap:anywhere}
.table pre{white-space:pre-wrap}summary{min-height:2rem;display:list-item}
.completions{list-style:none;border:1px solid var(--field-line);border-radius:8px;background:var(--surface);max-height:16rem;overflow-y:auto}
.completions li{padding:.5rem .75rem;cursor:pointer;overflow-wrap:anywhere}
.completions li[aria-selected=true]{background:var(--primary-tint);outline:2px solid var(--primary);outline-offset:-2px}
.foot{border-top:1px solid var(--line);background:var(--surface)}
.foot-row{max-width:64rem;margin:0 auto;padding:.75rem 1rem 1.25rem;display:flex;flex-wrap:wrap;gap:.25rem 2rem;
justify-content:space-between;align-items:center;font-size:.9375rem}
.languages{display:flex;flex-wrap:wrap;gap:0 1.25rem}
.away{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (min-width:40rem){main{padding-top:3rem}.sheet{padding:2rem}.actions>*,.actions button{flex:0 1 auto}
.columns{grid-template-columns:1fr 1fr}.sessions{grid-template-columns:1fr 1fr}
.facts{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.25rem 1rem}
.facts dt{font-size:1rem}.facts dd+dt{margin-top:0}h1{font-size:1.75rem}main.wide{padding-top:2rem}}
@media (forced-colors:active){.choice::after{border-color:LinkText}.main{border-color:ButtonText}}
@media print{.top,.foot,.demo,.actions{display:none}}
`.trim();

/** Name of this very content: the address changes when the style does. */
export const styleHash = createHash('sha256').update(styleSheet).digest('base64url').slice(0, 16);
