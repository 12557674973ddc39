const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["./plan-Bn7s-gGi.js","./plan-B8K136_o.js","./value-BXffZJjg.js","./yaml-C1RUW2Br.js"])))=>i.map(i=>d[i]);
import{i as e,n as t}from"./client-CScLSiNR.js";import{l as n}from"./format-PUPDI0to.js";import{t as r}from"./preload-helper-DclECHGd.js";var i=1<<20;function a(e){return e.replace(/^.*[\\/]/,``).replace(/\.(ya?ml|json)$/i,``).trim()||`plan`}function o(e,t){let n=new Set(t.map(e=>e.toLowerCase())),r=e;for(let t=2;n.has(r.toLowerCase());t++)r=`${e} ${t}`;return r}function s(e){return`version: 1
name: ${JSON.stringify(e)}
base_url: http://127.0.0.1:8099

transactions:
  - name: browse
    steps:
      - name: list items
        request:
          method: GET
          url: /items

load: {users: 10, spawn_rate: 5, duration: 1m}
`}async function c(e){return await Promise.all(e.map(async e=>{let t=a(e.name);if(e.size>i)return{source:e.name,name:t,text:``,problems:[],error:`tooLarge`};let n=await e.text();return n.includes(`\0`)||n.includes(`�`)?{source:e.name,name:t,text:``,problems:[],error:`notText`}:{source:e.name,name:t,text:n,problems:await l(e.name,n)}}))}async function l(e,n){return(await t(`/check`,{body:{file:e,text:n}})).problems}async function u(n,r,i){return await t(`/plans/${e(n)}`,{method:`PUT`,body:{text:r},headers:i?{"If-Match":`"${i}"`}:{}})}async function d(n){return await t(`/plans/${e(n)}`)}async function f(n,r){await t(`/plans/${e(n)}`,{method:`DELETE`,headers:{"If-Match":`"${r}"`}})}async function p(n,r){let{text:i,revision:a}=await t(`/plans/${e(n.name)}/rename`,{body:{to:r},headers:{"If-Match":`"${n.revision}"`}}),o=await h(i,n.name,r);o!==i&&await u(r,o,a)}async function m(e,t){return await u(t,await h((await d(e.name)).text,e.name,t))}async function h(e,t,n){let{parsePlan:i}=await r(async()=>{let{parsePlan:e}=await import(`./plan-Bn7s-gGi.js`);return{parsePlan:e}},__vite__mapDeps([0,1,2,3]),import.meta.url),a=i(e);return a.scalar([`name`])===t?a.set([`name`],n).text:e}function g(e,t){let n=URL.createObjectURL(new Blob([t],{type:`application/yaml`})),r=document.createElement(`a`);r.href=n,r.download=e,r.click(),URL.revokeObjectURL(n)}function _({transactions:e,problems:t}){return e.length===0&&t.some(e=>!e.warning)?`–`:n(e.length)}export{d as a,p as c,s as i,u as l,m as n,c as o,o as r,f as s,g as t,_ as u};