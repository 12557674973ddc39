const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["./from-curl-CxKSe8Xw.js","./curl-dialog-DM0VJR1Q.js","./rolldown-runtime-XKyaHtl9.js","./shared-Bf9SEvIt.js","./icons-Bdy8NO7u.js","./useTranslation-DxOW0wCa.js","./pairs-Z-zvolMJ.js","./value-BXffZJjg.js","./curl-dialog-C-aOiFDK.css","./plan-B8K136_o.js","./yaml-C1RUW2Br.js","./plan-files-BTwCmVV0.js","./client-CScLSiNR.js","./early-Ux2k0-Sf.js","./format-PUPDI0to.js","./preload-helper-DclECHGd.js"])))=>i.map(i=>d[i]);
import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{i as t}from"./client-CScLSiNR.js";import{r as n}from"./start-1mQgT46z.js";import{n as r,t as i}from"./widgets-_NsnV5n3.js";import{Bt as a,J as o,Tt as s,ct as c,dt as l,jn as u,lt as d,mn as f,rn as p,tn as m,ut as h,vt as g,xt as _,yt as v,zt as y}from"./shared-Bf9SEvIt.js";import{$ as ee,Ft as b,Z as x,_t as S,at as C,bt as te,it as w,jt as T,k as E,l as D,lt as O,v as ne,w as re}from"./icons-Bdy8NO7u.js";import{t as k}from"./useTranslation-DxOW0wCa.js";import{o as ie,t as A}from"./src-pzeurZiq.js";import{t as j}from"./Checkbox-Cp61WAiU.js";import{t as ae}from"./FileButton-Bn5bM6uZ.js";import{a as M,c as oe,i as N,l as P,n as se,o as ce,r as F,s as le,t as I,u as L}from"./plan-files-BTwCmVV0.js";import{d as R,f as z,m as B,n as V,o as H,t as U}from"./undo-toast-C_mqKqwg.js";import{f as W,n as ue,u as de}from"./queries-CJshik6i.js";import{t as G}from"./useMutation-THEZc0oc.js";import{d as K,i as fe,p as q}from"./format-PUPDI0to.js";import{t as pe}from"./preload-helper-DclECHGd.js";var J=e(b(),1),Y=u();function me({plans:e,onClose:t,onDone:n}){let{t:r}=k(`plans`),[i,o]=(0,J.useState)([]),[c,l]=(0,J.useState)(),[u,d]=(0,J.useState)(!1),f=async e=>{l(void 0);try{let t=await ce(e);o(e=>[...e,...t.map(e=>({...e,take:!e.error,replace:!1}))])}catch(e){l(e)}},p=(e,t)=>o(n=>n.map((n,r)=>r===e?{...n,...t}:n)),_=i.filter(e=>e.take&&!e.done),v=async()=>{d(!0);let t=[],r=e.map(e=>e.name);for(let[n,a]of i.entries()){if(!a.take||a.done)continue;let i=e.find(e=>e.name===a.name),o=i&&!a.replace?F(a.name,[...r,...t]):a.name;try{await P(o,a.text,i&&a.replace?i.revision:void 0),t.push(o),p(n,{done:!0,failed:void 0})}catch(e){p(n,{failed:e})}}d(!1),t.length===_.length&&n(t)};return(0,Y.jsx)(g,{opened:!0,onClose:t,title:r(`import`),size:`lg`,closeButtonProps:{"aria-label":r(`close`)},children:(0,Y.jsxs)(h,{children:[(0,Y.jsx)(a,{size:`sm`,children:r(`importText`)}),(0,Y.jsx)(ae,{multiple:!0,accept:`.yaml,.yml,.json`,onChange:e=>void f(e),inputProps:{"data-testid":`import-file`},children:e=>(0,Y.jsx)(s,{...e,variant:`default`,leftSection:(0,Y.jsx)(x,{size:16,"aria-hidden":!0}),children:r(`chooseFiles`)})}),!!c&&(0,Y.jsx)(R,{error:c}),i.map((t,n)=>(0,Y.jsx)(he,{line:t,exists:e.some(e=>e.name===t.name),onChange:e=>p(n,e)},n)),(0,Y.jsxs)(m,{justify:`flex-end`,children:[(0,Y.jsx)(s,{variant:`default`,onClick:t,children:r(`cancel`)}),(0,Y.jsx)(s,{disabled:_.length===0,loading:u,onClick:()=>void v(),"data-testid":`import-ok`,children:r(`importCount`,{count:_.length})})]})]})})}function he({line:e,exists:t,onChange:n}){let{t:r}=k(`plans`),i=e.problems.filter(e=>!e.warning);return(0,Y.jsxs)(h,{gap:4,"data-testid":`import-${e.source}`,children:[(0,Y.jsxs)(m,{gap:`sm`,children:[(0,Y.jsx)(j,{checked:e.take,disabled:!!e.error,onChange:e=>n({take:e.currentTarget.checked}),label:e.source}),e.error&&(0,Y.jsx)(V,{tone:`bad`,icon:T,children:r(`fault.${e.error}`)}),!e.error&&i.length===0&&(0,Y.jsx)(V,{tone:`good`,icon:S,children:r(`fine`)}),i.length>0&&(0,Y.jsx)(V,{tone:`warn`,icon:T,children:r(`problems`,{count:i.length})}),e.done&&(0,Y.jsx)(V,{tone:`good`,icon:S,children:r(`imported`)})]}),!e.error&&(0,Y.jsxs)(m,{gap:`sm`,align:`flex-end`,children:[(0,Y.jsx)(c,{size:`xs`,label:r(`name`),value:e.name,onChange:e=>n({name:e.currentTarget.value})}),t&&(0,Y.jsx)(j,{size:`xs`,checked:e.replace,onChange:e=>n({replace:e.currentTarget.checked}),label:r(`replace`)})]}),e.problems.length>0&&(0,Y.jsx)(_,{size:`sm`,children:e.problems.slice(0,10).map((e,t)=>(0,Y.jsx)(_.Item,{children:r(`problemAt`,{line:e.line,column:e.col,message:e.message})},t))}),!!e.failed&&(0,Y.jsx)(R,{error:e.failed})]})}function X({title:e,confirm:t,initial:n,taken:r,error:i,busy:a,onClose:o,onName:l}){let{t:u}=k(`plans`),[d,f]=(0,J.useState)(n),p=d.trim(),_=p!==n&&r.some(e=>e.toLowerCase()===p.toLowerCase());return(0,Y.jsx)(g,{opened:!0,onClose:o,title:e,closeButtonProps:{"aria-label":u(`close`)},children:(0,Y.jsx)(`form`,{onSubmit:e=>{e.preventDefault(),p!==``&&!_&&l(p)},children:(0,Y.jsxs)(h,{children:[(0,Y.jsx)(c,{label:u(`name`),value:d,onChange:e=>f(e.currentTarget.value),"data-autofocus":!0,maxLength:100,onFocus:e=>e.currentTarget.select(),error:_?u(`exists`):void 0,"data-testid":`plan-name`}),!!i&&(0,Y.jsx)(R,{error:i}),(0,Y.jsxs)(m,{justify:`flex-end`,children:[(0,Y.jsx)(s,{variant:`default`,onClick:o,children:u(`cancel`)}),(0,Y.jsx)(s,{type:`submit`,disabled:p===``||_,loading:a,"data-testid":`plan-name-ok`,children:t})]})]})})})}var Z={list:`_list_sku5g_1`,sort:`_sort_sku5g_6`,name:`_name_sku5g_16`,line:`_line_sku5g_23`,description:`_description_sku5g_30`,when:`_when_sku5g_38`,number:`_number_sku5g_42`,actions:`_actions_sku5g_47`,wide:`_wide_sku5g_54`,roomy:`_roomy_sku5g_61`};function ge({lines:e,column:t,down:n,onSort:r,...i}){let{t:a}=k(`plans`),o=(e,i=``)=>(0,Y.jsx)(d.Th,{scope:`col`,className:i,"aria-sort":t===e?n?`descending`:`ascending`:`none`,children:(0,Y.jsxs)(f,{className:Z.sort,onClick:()=>r(e),children:[a(`column.${e}`),(0,Y.jsx)(`span`,{"aria-hidden":!0,children:t===e?n?` ▼`:` ▲`:``})]})});return(0,Y.jsx)(`div`,{className:Z.list,children:(0,Y.jsxs)(d,{verticalSpacing:3,horizontalSpacing:`xs`,highlightOnHover:!0,"data-testid":`plans-table`,children:[(0,Y.jsx)(d.Thead,{children:(0,Y.jsxs)(d.Tr,{children:[o(`name`),o(`transactions`,`${Z.number} ${Z.wide}`),(0,Y.jsx)(d.Th,{scope:`col`,children:a(`column.last`)}),(0,Y.jsx)(d.Th,{scope:`col`,children:a(`column.verdict`)}),o(`modified`,Z.wide),(0,Y.jsx)(d.Th,{scope:`col`,className:Z.actions,children:a(`column.actions`)})]})}),(0,Y.jsx)(d.Tbody,{children:e.map(e=>(0,Y.jsx)(_e,{plan:e,...i},e.name))})]})})}function _e({plan:e,onStart:n,onDuplicate:r,onExport:i,onRename:o,onDelete:s}){let{t:c}=k(`plans`),l=e.problems.filter(e=>!e.warning).length;return(0,Y.jsxs)(d.Tr,{"data-testid":`plan-row-${e.name}`,children:[(0,Y.jsx)(d.Th,{scope:`row`,className:Z.name,children:(0,Y.jsxs)(`div`,{className:Z.line,children:[(0,Y.jsx)(y,{component:A,size:`sm`,href:`/plans/${t(e.name)}`,children:e.name}),l>0&&(0,Y.jsx)(V,{tone:`bad`,icon:T,title:e.problems[0]?.message,children:c(`problems`,{count:l})}),e.description!==``&&(0,Y.jsx)(a,{size:`xs`,c:`dimmed`,fw:400,title:e.description,className:Z.description,children:e.description})]})}),(0,Y.jsx)(d.Td,{className:`${Z.number} ${Z.wide}`,children:(0,Y.jsx)(B,{label:e.transactions.join(`, `),disabled:e.transactions.length===0,multiline:!0,maw:400,children:(0,Y.jsx)(`span`,{children:L(e)})})}),(0,Y.jsx)(d.Td,{className:Z.when,children:e.last?(0,Y.jsx)(y,{component:A,size:`sm`,href:`/runs/${e.last.number}`,children:c(`run`,{number:e.last.number,time:K(e.last.created_at)})}):`–`}),(0,Y.jsx)(d.Td,{children:e.last?(0,Y.jsx)(ve,{run:e.last}):`–`}),(0,Y.jsx)(d.Td,{className:`${Z.when} ${Z.wide}`,title:`${fe(e.modified)} ${q(e.modified)}`,children:K(e.modified)}),(0,Y.jsx)(d.Td,{className:Z.actions,children:(0,Y.jsxs)(m,{gap:2,wrap:`nowrap`,justify:`flex-end`,children:[(0,Y.jsx)(Q,{label:c(`start`,{plan:e.name}),onClick:()=>n(e),children:(0,Y.jsx)(E,{size:16,"aria-hidden":!0})}),(0,Y.jsx)(Q,{className:Z.roomy,label:c(`duplicate`,{plan:e.name}),onClick:()=>r(e),children:(0,Y.jsx)(O,{size:16,"aria-hidden":!0})}),(0,Y.jsx)(Q,{className:Z.roomy,label:c(`export`,{plan:e.name}),onClick:()=>i(e),children:(0,Y.jsx)(w,{size:16,"aria-hidden":!0})}),(0,Y.jsxs)(v,{position:`bottom-end`,children:[(0,Y.jsx)(v.Target,{children:(0,Y.jsx)(p,{variant:`subtle`,color:`gray`,"aria-label":c(`more`,{plan:e.name}),"data-testid":`plan-more-${e.name}`,children:(0,Y.jsx)(C,{size:16,"aria-hidden":!0})})}),(0,Y.jsxs)(v.Dropdown,{children:[(0,Y.jsx)(v.Item,{onClick:()=>r(e),children:c(`duplicateOne`)}),(0,Y.jsx)(v.Item,{onClick:()=>i(e),children:c(`exportOne`)}),(0,Y.jsx)(v.Item,{onClick:()=>o(e),children:c(`rename`)}),(0,Y.jsx)(v.Item,{onClick:()=>s(e),c:`var(--lh-bad)`,children:c(`delete`)})]})]})]})})]})}function ve({run:e}){return e.result!==``&&e.state===`completed`?(0,Y.jsx)(r,{result:e.result}):(0,Y.jsx)(i,{state:e.state,degraded:e.degraded})}function Q({label:e,onClick:t,className:n,children:r}){return(0,Y.jsx)(B,{label:e,children:(0,Y.jsx)(p,{variant:`subtle`,color:`gray`,className:n,"aria-label":e,onClick:t,children:r})})}function ye(e,t,n){let r=de(),i=W({limit:200});return{plans:r,lines:(0,J.useMemo)(()=>{let a=new Map;for(let e of i.data?.runs??[])a.has(e.plan)||a.set(e.plan,e);let o=e.trim().toLowerCase();return(r.data??[]).filter(e=>o===``||e.name.toLowerCase().includes(o)||e.description.toLowerCase().includes(o)).map(e=>({...e,last:a.get(e.name)})).toSorted((e,r)=>(n?-1:1)*be(e,r,t))},[r.data,i.data,e,t,n])}}var $=new Intl.Collator(void 0,{numeric:!0});function be(e,t,n){return n===`transactions`?e.transactions.length-t.transactions.length||$.compare(e.name,t.name):n===`modified`?e.modified.localeCompare(t.modified):$.compare(e.name,t.name)}function xe(e){let t=o(),n=()=>t.invalidateQueries({queryKey:ue.plans().queryKey});return{duplicate:G({mutationFn:t=>se(t,F(t.name,e)),onSuccess:n}),rename:G({mutationFn:({plan:e,to:t})=>oe(e,t),onSettled:n}),remove:G({mutationFn:async e=>{let t=await M(e.name);return await le(e.name,t.revision),t},onSuccess:n}),store:G({mutationFn:({name:e,text:t,over:n})=>P(e,t,n),onSuccess:n}),export:G({mutationFn:async e=>I(`${e.name}.yaml`,(await M(e.name)).text)})}}var Se=(0,J.lazy)(()=>pe(()=>import(`./from-curl-CxKSe8Xw.js`),__vite__mapDeps([0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]),import.meta.url));function Ce(){let{t:e}=k(`plans`),[r,i]=(0,J.useState)(``),[o,u]=(0,J.useState)({column:`name`,down:!1}),[d,f]=(0,J.useState)(),[,p]=ie(),{plans:g,lines:_}=ye(r,o.column,o.down),y=(g.data??[]).map(e=>e.name),b=xe(y),x=()=>f(void 0),S=(e,n)=>b.store.mutate({name:e,text:n},{onSuccess:()=>p(`/plans/${t(e)}`)}),C=t=>b.remove.mutate(t,{onSuccess:n=>U(e(`deleted`,{plan:t.name}),e(`undo`),e(`close`),()=>b.store.mutate({name:n.name,text:n.text}))}),w=b.duplicate.error??b.remove.error??b.export.error,T=g.data?.length===0,E=(0,Y.jsxs)(Y.Fragment,{children:[(0,Y.jsxs)(v,{position:`bottom-end`,children:[(0,Y.jsx)(v.Target,{children:(0,Y.jsx)(s,{variant:`default`,leftSection:(0,Y.jsx)(D,{size:16,"aria-hidden":!0}),rightSection:(0,Y.jsx)(te,{size:14,"aria-hidden":!0}),"data-testid":`plan-import`,children:e(`import`)})}),(0,Y.jsxs)(v.Dropdown,{children:[(0,Y.jsx)(v.Item,{onClick:()=>f({kind:`import`}),"data-testid":`plan-import-files`,children:e(`importFiles`)}),(0,Y.jsx)(v.Item,{onClick:()=>f({kind:`curl`}),"data-testid":`plan-import-curl`,children:e(`importCurl`)})]})]}),(0,Y.jsx)(s,{leftSection:(0,Y.jsx)(re,{size:16,"aria-hidden":!0}),onClick:()=>f({kind:`new`}),"data-testid":`plan-new`,children:e(`new`)})]});return(0,Y.jsxs)(h,{children:[(0,Y.jsx)(H,{title:e(`title`),children:E}),w&&(0,Y.jsx)(R,{error:w}),g.error&&(0,Y.jsx)(R,{error:g.error,retry:()=>void g.refetch()}),g.isPending&&(0,Y.jsx)(l,{height:200}),T&&(0,Y.jsxs)(z,{icon:ee,title:e(`none`),text:e(`noneText`),testId:`no-plans`,children:[E,(0,Y.jsx)(s,{variant:`default`,onClick:()=>S(F(`shop`,y),`# The plan of \`locust-http demo\`: fifty people in the sample shop, most of them
# looking around, some of them buying. Each logs in once and keeps its own cookie.
version: 1
name: shop
description: Browse and buy in the sample shop
base_url: http://127.0.0.1:8099
variables: {page_size: 20, password: secret}
defaults:
  headers: {Accept: application/json}
  timeout: 5s
  think: 100ms..400ms

user_start:
  - name: login
    request:
      method: POST
      url: /login
      json: {user: "visitor-{{$user}}", password: "{{password}}"}
    extract: [{name: token, json: $.token}]
    check: [{status: 200}, {json: $.user, equals: "visitor-{{$user}}"}]

transactions:
  - name: browse
    weight: 7
    steps:
      - name: list items
        set: {page: "{{$randomInt 1 25}}"}
        request:
          url: /items
          query: {page: "{{page}}", size: "{{page_size}}"}
        extract: [{name: item, json: "$.items[*].id", pick: random}]
        check:
          - {json: "$.items[*]", count: {equals: 20}}
          - {header: Content-Type, contains: json}
        think: 50ms..150ms
      - name: one item
        request: {url: "/items/{{item}}"}
        check:
          - {json: $.id, equals: "{{item}}"}
          - {latency: {lt: 500ms}, warn: true}

  - name: look for what is not there
    weight: 1
    steps:
      - name: missing item
        request: {url: "/items/{{$randomInt 1000 2000}}"}
        check: [{status: 404}, {body: {contains: no such item}}]

  - name: buy
    weight: 2
    steps:
      - name: add to cart
        set: {item: "{{$randomInt 1 500}}"}
        request:
          method: POST
          url: /cart
          headers: {Authorization: "Bearer {{token}}"}
          json: {item: "{{item}}"}
        check: [{status: 201}, {json: $.item, equals: "{{item}}"}]
      - name: checkout page
        request: {url: /checkout}
        extract: [{name: csrf, css: "input[name=csrf]", attr: value}]
      - name: checkout
        request:
          method: POST
          url: /checkout
          headers: {Authorization: "Bearer {{token}}"}
          form: {csrf: "{{csrf}}"}
        extract: [{name: order, json: $.id}]
        check: [{status: 201}]
      - name: order
        request: {url: "/orders/{{order}}"}
        check: [{json: $.state, in: [paid, packed, done]}]

load: {users: 50, spawn_rate: 10, duration: 2m}

thresholds:
  - failures < 1%
  - p95 < 500ms
  - p99(buy) < 2s
  - failures(browse / list items) < 1%
`),"data-testid":`plan-sample`,children:e(`sample`)})]}),g.data&&!T&&(0,Y.jsxs)(Y.Fragment,{children:[(0,Y.jsxs)(m,{children:[(0,Y.jsx)(c,{"data-page-filter":!0,value:r,onChange:e=>i(e.currentTarget.value),w:320,"data-testid":`plans-filter`,placeholder:e(`filter`),"aria-label":e(`filter`),leftSection:(0,Y.jsx)(ne,{size:16,"aria-hidden":!0})}),(0,Y.jsx)(a,{size:`sm`,c:`dimmed`,role:`status`,children:e(`shown`,{count:_.length})})]}),(0,Y.jsx)(ge,{lines:_,...o,onSort:e=>u(t=>({column:e,down:t.column===e&&!t.down})),onStart:e=>n(e.name),onDuplicate:b.duplicate.mutate,onExport:b.export.mutate,onRename:e=>f({kind:`rename`,plan:e}),onDelete:C})]}),d?.kind===`new`&&(0,Y.jsx)(X,{title:e(`new`),confirm:e(`create`),initial:F(e(`newName`),y),taken:y,error:b.store.error,busy:b.store.isPending,onClose:x,onName:e=>S(e,N(e))}),d?.kind===`curl`&&(0,Y.jsx)(J.Suspense,{fallback:null,children:(0,Y.jsx)(Se,{taken:y,onClose:x,onPlan:S})}),d?.kind===`rename`&&(0,Y.jsx)(X,{title:e(`rename`),confirm:e(`rename`),initial:d.plan.name,taken:y,error:b.rename.error,busy:b.rename.isPending,onClose:x,onName:e=>b.rename.mutate({plan:d.plan,to:e},{onSuccess:x})}),d?.kind===`import`&&(0,Y.jsx)(me,{plans:g.data??[],onClose:x,onDone:e=>{x(),g.refetch(),e.length===1&&e[0]&&p(`/plans/${t(e[0])}`)}})]})}export{Ce as default};