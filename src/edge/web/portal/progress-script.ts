// The script of pages that show how far something is: shows news as it comes, and goes on when all is done. Without it there are links.
import { hash } from 'node:crypto';
import { html } from '../../../base/http/index.ts';

// It asks our own page alone (connect-src 'self'), takes over only the marked parts, and gives up after two minutes, or after
// as many rounds as the page says.
const element = html`<script>(()=>{
const list=()=>document.getElementById('progress').dataset;
const pause=ms=>new Promise(done=>setTimeout(done,ms));
let round=0;
const look=async()=>{
if(list().more===undefined){if(list().next)location.replace(list().next);return}
if(++round>(list().rounds||40))return;
await pause(Math.min(250*round,5000));
const url=new URL(location.href);
url.searchParams.set('live',round);
const answer=await fetch(url);
if(!answer.ok)return;
const fresh=new DOMParser().parseFromString(await answer.text(),'text/html');
document.title=fresh.title;
for(const part of document.querySelectorAll('[data-live]')){
const news=fresh.getElementById(part.id);
if(!news||news.innerHTML===part.innerHTML&&news.className===part.className)continue;
part.className=news.className;
part.replaceChildren(...news.childNodes)}
for(const name of ['more','next']){
const value=fresh.getElementById('progress').dataset[name];
if(value===undefined)delete list()[name];else list()[name]=value}
return look()};
const frames=[...document.querySelectorAll('iframe')].map(frame=>new Promise(done=>frame.addEventListener('load',done)));
Promise.race([Promise.all(frames),pause(2000)]).then(look)})()</script>`;

const text = element.toString().slice('<script>'.length, -'</script>'.length);

/** The element, and the SHA-256 by which the page's policy knows it. */
export const progressScript = { element, hash: hash('sha256', text, 'base64') } as const;
