import{i as e,n as t}from"./client-CScLSiNR.js";var n=1<<20;function r(e){return e.replace(/^.*[\\/]/,``).replace(/\.(ya?ml|json)$/i,``).trim()||`plan`}function i(e,t){let n=new Set(t.map(e=>e.toLowerCase())),r=e;for(let t=2;n.has(r.toLowerCase());t++)r=`${e} ${t}`;return r}function a(e){return`version: 1
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
`}async function o(e){return await Promise.all(e.map(async e=>{let t=r(e.name);if(e.size>n)return{source:e.name,name:t,text:``,problems:[],error:`tooLarge`};let i=await e.text();return i.includes(`\0`)||i.includes(`�`)?{source:e.name,name:t,text:``,problems:[],error:`notText`}:{source:e.name,name:t,text:i,problems:await s(e.name,i)}}))}async function s(e,n){return(await t(`/check`,{body:{file:e,text:n}})).problems}async function c(n,r,i){return await t(`/plans/${e(n)}`,{method:`PUT`,body:{text:r},headers:i?{"If-Match":`"${i}"`}:{}})}async function l(n){return await t(`/plans/${e(n)}`)}async function u(n,r){await t(`/plans/${e(n)}`,{method:`DELETE`,headers:{"If-Match":`"${r}"`}})}async function d(n,r){await t(`/plans/${e(n.name)}/rename`,{body:{to:r},headers:{"If-Match":`"${n.revision}"`}})}function f(e,t){let n=URL.createObjectURL(new Blob([t],{type:`application/yaml`})),r=document.createElement(`a`);r.href=n,r.download=e,r.click(),URL.revokeObjectURL(n)}export{o as a,c,l as i,i as n,u as o,a as r,d as s,f as t};