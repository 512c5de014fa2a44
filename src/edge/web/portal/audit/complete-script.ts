// The script of the question's field: what may stand at the cursor, in a list that keyboard and screen reader know (ARIA combobox).
import { hash } from 'node:crypto';
import { html } from '../../../../base/http/index.ts';

// It asks our own page alone (connect-src 'self'), and writes texts as texts. Without it the field is a plain one.
const element = html`<script>(()=>{
const field=document.getElementById('q'),list=document.getElementById('completions');
let at=0,end=0,chosen=-1,round=0;
const close=()=>{list.hidden=true;chosen=-1;field.setAttribute('aria-expanded','false');field.removeAttribute('aria-activedescendant')};
const mark=to=>{const items=[...list.children];if(!items.length)return;chosen=(to+items.length)%items.length;
items.forEach((item,n)=>item.setAttribute('aria-selected',String(n===chosen)));
field.setAttribute('aria-activedescendant',items[chosen].id);items[chosen].scrollIntoView({block:'nearest'})};
const take=item=>{const text=item.dataset.text,more=text.endsWith(':')?'':' ';
field.value=field.value.slice(0,at)+text+more+field.value.slice(end).trimStart();
const to=at+text.length+more.length;field.setSelectionRange(to,to);field.focus();close();if(!more)look()};
const look=async()=>{const mine=++round,cursor=field.selectionStart;
const answer=await fetch('/audit/complete?'+new URLSearchParams({q:field.value,at:String(cursor)}));
if(!answer.ok||mine!==round)return;
const found=await answer.json();
list.replaceChildren(...(found.items||[]).map((one,n)=>{const item=document.createElement('li');
item.id='completion-'+n;item.role='option';item.setAttribute('aria-selected','false');item.dataset.text=one.text;
item.textContent=one.label?one.label+' · '+one.text:one.text;
item.addEventListener('mousedown',event=>{event.preventDefault();take(item)});return item}));
at=found.at;end=found.end;if(!list.children.length)return close();
list.hidden=false;chosen=-1;field.setAttribute('aria-expanded','true')};
for(const [name,value] of [['role','combobox'],['aria-autocomplete','list'],['aria-controls','completions'],['aria-expanded','false']])field.setAttribute(name,value);
field.addEventListener('input',()=>{look().catch(()=>{})});
field.addEventListener('blur',close);
field.addEventListener('keydown',event=>{
if(event.key==='ArrowDown'&&list.hidden){event.preventDefault();look().then(()=>mark(0)).catch(()=>{})}
else if(list.hidden)return;
else if(event.key==='ArrowDown'||event.key==='ArrowUp'){event.preventDefault();mark(chosen+(event.key==='ArrowDown'?1:chosen<0?0:-1))}
else if(event.key==='Escape'){event.preventDefault();close()}
else if((event.key==='Enter'||event.key==='Tab')&&chosen>=0){event.preventDefault();take(list.children[chosen])}})})()</script>`;

const text = element.toString().slice('<script>'.length, -'</script>'.length);

/** The element, and the SHA-256 by which the page's policy knows it. */
export const completeScript = { element, hash: hash('sha256', text, 'base64') } as const;
