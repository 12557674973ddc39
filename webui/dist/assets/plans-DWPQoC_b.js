const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["./from-curl-DoZSm4qX.js","./curl-dialog-Dt2lYSD-.js","./rolldown-runtime-XKyaHtl9.js","./shared-Bf9SEvIt.js","./icons-Bdy8NO7u.js","./useTranslation-DxOW0wCa.js","./value-BXffZJjg.js","./curl-dialog-1kHioWG5.css","./plan-hUFrGapx.js","./plan-files-Dps9u2H6.js","./client-CScLSiNR.js","./early-Ux2k0-Sf.js"])))=>i.map(i=>d[i]);
import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{i as t}from"./client-CScLSiNR.js";import{r as n}from"./start-B976EK10.js";import{n as r,t as i}from"./widgets-CVI3OIkg.js";import{Bt as a,J as o,Tt as s,ct as c,dt as l,jn as u,lt as d,mn as f,rn as p,tn as m,ut as h,vt as g,xt as _,yt as v,zt as y}from"./shared-Bf9SEvIt.js";import{$ as ee,Ft as b,Z as x,_t as S,at as C,bt as w,it as T,jt as E,k as D,l as O,lt as te,v as k,w as A}from"./icons-Bdy8NO7u.js";import{t as j}from"./useTranslation-DxOW0wCa.js";import{o as ne,t as M}from"./src-pzeurZiq.js";import{t as N}from"./Checkbox-Cp61WAiU.js";import{t as re}from"./FileButton-Bn5bM6uZ.js";import{a as ie,c as P,i as F,n as I,o as ae,r as oe,s as se,t as ce}from"./plan-files-Dps9u2H6.js";import{A as L,C as R,i as z,l as B,m as V,n as H,t as U,u as W,x as G}from"./undo-toast-BX3hx-K0.js";import{f as le,n as ue,u as de}from"./queries-CJshik6i.js";import{t as K}from"./useMutation-THEZc0oc.js";import{t as fe}from"./preload-helper-DclECHGd.js";var q=e(b(),1),J=u();function pe({plans:e,onClose:t,onDone:n}){let{t:r}=j(`plans`),[i,o]=(0,q.useState)([]),[c,l]=(0,q.useState)(),[u,d]=(0,q.useState)(!1),f=async e=>{l(void 0);try{let t=await ie(e);o(e=>[...e,...t.map(e=>({...e,take:!e.error,replace:!1}))])}catch(e){l(e)}},p=(e,t)=>o(n=>n.map((n,r)=>r===e?{...n,...t}:n)),_=i.filter(e=>e.take&&!e.done),v=async()=>{d(!0);let t=[],r=e.map(e=>e.name);for(let[n,a]of i.entries()){if(!a.take||a.done)continue;let i=e.find(e=>e.name===a.name),o=i&&!a.replace?I(a.name,[...r,...t]):a.name;try{await P(o,a.text,i&&a.replace?i.revision:void 0),t.push(o),p(n,{done:!0,failed:void 0})}catch(e){p(n,{failed:e})}}d(!1),t.length===_.length&&n(t)};return(0,J.jsx)(g,{opened:!0,onClose:t,title:r(`import`),size:`lg`,closeButtonProps:{"aria-label":r(`close`)},children:(0,J.jsxs)(h,{children:[(0,J.jsx)(a,{size:`sm`,children:r(`importText`)}),(0,J.jsx)(re,{multiple:!0,accept:`.yaml,.yml,.json`,onChange:e=>void f(e),inputProps:{"data-testid":`import-file`},children:e=>(0,J.jsx)(s,{...e,variant:`default`,leftSection:(0,J.jsx)(x,{size:16,"aria-hidden":!0}),children:r(`chooseFiles`)})}),!!c&&(0,J.jsx)(B,{error:c}),i.map((t,n)=>(0,J.jsx)(me,{line:t,exists:e.some(e=>e.name===t.name),onChange:e=>p(n,e)},n)),(0,J.jsxs)(m,{justify:`flex-end`,children:[(0,J.jsx)(s,{variant:`default`,onClick:t,children:r(`cancel`)}),(0,J.jsx)(s,{disabled:_.length===0,loading:u,onClick:()=>void v(),"data-testid":`import-ok`,children:r(`importCount`,{count:_.length})})]})]})})}function me({line:e,exists:t,onChange:n}){let{t:r}=j(`plans`),i=e.problems.filter(e=>!e.warning);return(0,J.jsxs)(h,{gap:4,"data-testid":`import-${e.source}`,children:[(0,J.jsxs)(m,{gap:`sm`,children:[(0,J.jsx)(N,{checked:e.take,disabled:!!e.error,onChange:e=>n({take:e.currentTarget.checked}),label:e.source}),e.error&&(0,J.jsx)(H,{tone:`bad`,icon:E,children:r(`fault.${e.error}`)}),!e.error&&i.length===0&&(0,J.jsx)(H,{tone:`good`,icon:S,children:r(`fine`)}),i.length>0&&(0,J.jsx)(H,{tone:`warn`,icon:E,children:r(`problems`,{count:i.length})}),e.done&&(0,J.jsx)(H,{tone:`good`,icon:S,children:r(`imported`)})]}),!e.error&&(0,J.jsxs)(m,{gap:`sm`,align:`flex-end`,children:[(0,J.jsx)(c,{size:`xs`,label:r(`name`),value:e.name,onChange:e=>n({name:e.currentTarget.value})}),t&&(0,J.jsx)(N,{size:`xs`,checked:e.replace,onChange:e=>n({replace:e.currentTarget.checked}),label:r(`replace`)})]}),e.problems.length>0&&(0,J.jsx)(_,{size:`sm`,children:e.problems.slice(0,10).map((e,t)=>(0,J.jsx)(_.Item,{children:r(`problemAt`,{line:e.line,column:e.col,message:e.message})},t))}),!!e.failed&&(0,J.jsx)(B,{error:e.failed})]})}function Y({title:e,confirm:t,initial:n,taken:r,error:i,busy:a,onClose:o,onName:l}){let{t:u}=j(`plans`),[d,f]=(0,q.useState)(n),p=d.trim(),_=p!==n&&r.some(e=>e.toLowerCase()===p.toLowerCase());return(0,J.jsx)(g,{opened:!0,onClose:o,title:e,closeButtonProps:{"aria-label":u(`close`)},children:(0,J.jsx)(`form`,{onSubmit:e=>{e.preventDefault(),p!==``&&!_&&l(p)},children:(0,J.jsxs)(h,{children:[(0,J.jsx)(c,{label:u(`name`),value:d,onChange:e=>f(e.currentTarget.value),"data-autofocus":!0,maxLength:100,error:_?u(`exists`):void 0,"data-testid":`plan-name`}),!!i&&(0,J.jsx)(B,{error:i}),(0,J.jsxs)(m,{justify:`flex-end`,children:[(0,J.jsx)(s,{variant:`default`,onClick:o,children:u(`cancel`)}),(0,J.jsx)(s,{type:`submit`,disabled:p===``||_,loading:a,"data-testid":`plan-name-ok`,children:t})]})]})})})}var X={list:`_list_sku5g_1`,sort:`_sort_sku5g_6`,name:`_name_sku5g_16`,line:`_line_sku5g_23`,description:`_description_sku5g_30`,when:`_when_sku5g_38`,number:`_number_sku5g_42`,actions:`_actions_sku5g_47`,wide:`_wide_sku5g_54`,roomy:`_roomy_sku5g_61`};function Z({lines:e,column:t,down:n,onSort:r,...i}){let{t:a}=j(`plans`),o=(e,i=``)=>(0,J.jsx)(d.Th,{scope:`col`,className:i,"aria-sort":t===e?n?`descending`:`ascending`:`none`,children:(0,J.jsxs)(f,{className:X.sort,onClick:()=>r(e),children:[a(`column.${e}`),(0,J.jsx)(`span`,{"aria-hidden":!0,children:t===e?n?` ▼`:` ▲`:``})]})});return(0,J.jsx)(`div`,{className:X.list,children:(0,J.jsxs)(d,{verticalSpacing:3,horizontalSpacing:`xs`,highlightOnHover:!0,"data-testid":`plans-table`,children:[(0,J.jsx)(d.Thead,{children:(0,J.jsxs)(d.Tr,{children:[o(`name`),o(`transactions`,`${X.number} ${X.wide}`),(0,J.jsx)(d.Th,{scope:`col`,children:a(`column.last`)}),(0,J.jsx)(d.Th,{scope:`col`,children:a(`column.verdict`)}),o(`modified`,X.wide),(0,J.jsx)(d.Th,{scope:`col`,className:X.actions,children:a(`column.actions`)})]})}),(0,J.jsx)(d.Tbody,{children:e.map(e=>(0,J.jsx)(he,{plan:e,...i},e.name))})]})})}function he({plan:e,onStart:n,onDuplicate:r,onExport:i,onRename:o,onDelete:s}){let{t:c}=j(`plans`),l=e.problems.filter(e=>!e.warning).length;return(0,J.jsxs)(d.Tr,{"data-testid":`plan-row-${e.name}`,children:[(0,J.jsx)(d.Th,{scope:`row`,className:X.name,children:(0,J.jsxs)(`div`,{className:X.line,children:[(0,J.jsx)(y,{component:M,size:`sm`,href:`/plans/${t(e.name)}`,children:e.name}),l>0&&(0,J.jsx)(H,{tone:`bad`,icon:E,title:e.problems[0]?.message,children:c(`problems`,{count:l})}),e.description!==``&&(0,J.jsx)(a,{size:`xs`,c:`dimmed`,fw:400,title:e.description,className:X.description,children:e.description})]})}),(0,J.jsx)(d.Td,{className:`${X.number} ${X.wide}`,children:(0,J.jsx)(L,{label:e.transactions.join(`, `),disabled:e.transactions.length===0,multiline:!0,maw:400,children:(0,J.jsx)(`span`,{children:e.transactions.length})})}),(0,J.jsx)(d.Td,{className:X.when,children:e.last?(0,J.jsx)(y,{component:M,size:`sm`,href:`/runs/${e.last.number}`,children:c(`run`,{number:e.last.number,time:G(e.last.created_at)})}):`–`}),(0,J.jsx)(d.Td,{children:e.last?(0,J.jsx)(ge,{run:e.last}):`–`}),(0,J.jsx)(d.Td,{className:`${X.when} ${X.wide}`,title:`${V(e.modified)} ${R(e.modified)}`,children:G(e.modified)}),(0,J.jsx)(d.Td,{className:X.actions,children:(0,J.jsxs)(m,{gap:2,wrap:`nowrap`,justify:`flex-end`,children:[(0,J.jsx)(Q,{label:c(`start`,{plan:e.name}),onClick:()=>n(e),children:(0,J.jsx)(D,{size:16,"aria-hidden":!0})}),(0,J.jsx)(Q,{className:X.roomy,label:c(`duplicate`,{plan:e.name}),onClick:()=>r(e),children:(0,J.jsx)(te,{size:16,"aria-hidden":!0})}),(0,J.jsx)(Q,{className:X.roomy,label:c(`export`,{plan:e.name}),onClick:()=>i(e),children:(0,J.jsx)(T,{size:16,"aria-hidden":!0})}),(0,J.jsxs)(v,{position:`bottom-end`,children:[(0,J.jsx)(v.Target,{children:(0,J.jsx)(p,{variant:`subtle`,color:`gray`,"aria-label":c(`more`,{plan:e.name}),"data-testid":`plan-more-${e.name}`,children:(0,J.jsx)(C,{size:16,"aria-hidden":!0})})}),(0,J.jsxs)(v.Dropdown,{children:[(0,J.jsx)(v.Item,{onClick:()=>r(e),children:c(`duplicateOne`)}),(0,J.jsx)(v.Item,{onClick:()=>i(e),children:c(`exportOne`)}),(0,J.jsx)(v.Item,{onClick:()=>o(e),children:c(`rename`)}),(0,J.jsx)(v.Item,{onClick:()=>s(e),c:`var(--lh-bad)`,children:c(`delete`)})]})]})]})})]})}function ge({run:e}){return e.result!==``&&e.state===`completed`?(0,J.jsx)(r,{result:e.result}):(0,J.jsx)(i,{state:e.state,degraded:e.degraded})}function Q({label:e,onClick:t,className:n,children:r}){return(0,J.jsx)(L,{label:e,children:(0,J.jsx)(p,{variant:`subtle`,color:`gray`,className:n,"aria-label":e,onClick:t,children:r})})}function _e(e,t,n){let r=de(),i=le({limit:200});return{plans:r,lines:(0,q.useMemo)(()=>{let a=new Map;for(let e of i.data?.runs??[])a.has(e.plan)||a.set(e.plan,e);let o=e.trim().toLowerCase();return(r.data??[]).filter(e=>o===``||e.name.toLowerCase().includes(o)||e.description.toLowerCase().includes(o)).map(e=>({...e,last:a.get(e.name)})).toSorted((e,r)=>(n?-1:1)*ve(e,r,t))},[r.data,i.data,e,t,n])}}var $=new Intl.Collator(void 0,{numeric:!0});function ve(e,t,n){return n===`transactions`?e.transactions.length-t.transactions.length||$.compare(e.name,t.name):n===`modified`?e.modified.localeCompare(t.modified):$.compare(e.name,t.name)}function ye(e){let t=o(),n=()=>t.invalidateQueries({queryKey:ue.plans().queryKey});return{duplicate:K({mutationFn:async t=>{let n=(await F(t.name)).text;return await P(I(t.name,e),n)},onSuccess:n}),rename:K({mutationFn:({plan:e,to:t})=>se(e,t),onSuccess:n}),remove:K({mutationFn:async e=>{let t=await F(e.name);return await ae(e.name,t.revision),t},onSuccess:n}),store:K({mutationFn:({name:e,text:t,over:n})=>P(e,t,n),onSuccess:n}),export:K({mutationFn:async e=>ce(`${e.name}.yaml`,(await F(e.name)).text)})}}var be=(0,q.lazy)(()=>fe(()=>import(`./from-curl-DoZSm4qX.js`),__vite__mapDeps([0,1,2,3,4,5,6,7,8,9,10,11]),import.meta.url));function xe(){let{t:e}=j(`plans`),[r,i]=(0,q.useState)(``),[o,u]=(0,q.useState)({column:`name`,down:!1}),[d,f]=(0,q.useState)(),[,p]=ne(),{plans:g,lines:_}=_e(r,o.column,o.down),y=(g.data??[]).map(e=>e.name),b=ye(y),x=()=>f(void 0),S=(e,n)=>b.store.mutate({name:e,text:n},{onSuccess:()=>p(`/plans/${t(e)}`)}),C=t=>b.remove.mutate(t,{onSuccess:n=>U(e(`deleted`,{plan:t.name}),e(`undo`),e(`close`),()=>b.store.mutate({name:n.name,text:n.text}))}),T=b.duplicate.error??b.remove.error??b.export.error,E=g.data?.length===0,D=(0,J.jsxs)(J.Fragment,{children:[(0,J.jsxs)(v,{position:`bottom-end`,children:[(0,J.jsx)(v.Target,{children:(0,J.jsx)(s,{variant:`default`,leftSection:(0,J.jsx)(O,{size:16,"aria-hidden":!0}),rightSection:(0,J.jsx)(w,{size:14,"aria-hidden":!0}),"data-testid":`plan-import`,children:e(`import`)})}),(0,J.jsxs)(v.Dropdown,{children:[(0,J.jsx)(v.Item,{onClick:()=>f({kind:`import`}),"data-testid":`plan-import-files`,children:e(`importFiles`)}),(0,J.jsx)(v.Item,{onClick:()=>f({kind:`curl`}),"data-testid":`plan-import-curl`,children:e(`importCurl`)})]})]}),(0,J.jsx)(s,{leftSection:(0,J.jsx)(A,{size:16,"aria-hidden":!0}),onClick:()=>f({kind:`new`}),"data-testid":`plan-new`,children:e(`new`)})]});return(0,J.jsxs)(h,{children:[(0,J.jsx)(z,{title:e(`title`),children:D}),T&&(0,J.jsx)(B,{error:T}),g.error&&(0,J.jsx)(B,{error:g.error,retry:()=>void g.refetch()}),g.isPending&&(0,J.jsx)(l,{height:200}),E&&(0,J.jsxs)(W,{icon:ee,title:e(`none`),text:e(`noneText`),testId:`no-plans`,children:[D,(0,J.jsx)(s,{variant:`default`,onClick:()=>S(I(`shop`,y),`# The plan of \`locust-http demo\`: fifty people in the sample shop, most of them
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
`),"data-testid":`plan-sample`,children:e(`sample`)})]}),g.data&&!E&&(0,J.jsxs)(J.Fragment,{children:[(0,J.jsxs)(m,{children:[(0,J.jsx)(c,{"data-page-filter":!0,value:r,onChange:e=>i(e.currentTarget.value),w:320,"data-testid":`plans-filter`,placeholder:e(`filter`),"aria-label":e(`filter`),leftSection:(0,J.jsx)(k,{size:16,"aria-hidden":!0})}),(0,J.jsx)(a,{size:`sm`,c:`dimmed`,role:`status`,children:e(`shown`,{count:_.length})})]}),(0,J.jsx)(Z,{lines:_,...o,onSort:e=>u(t=>({column:e,down:t.column===e&&!t.down})),onStart:e=>n(e.name),onDuplicate:b.duplicate.mutate,onExport:b.export.mutate,onRename:e=>f({kind:`rename`,plan:e}),onDelete:C})]}),d?.kind===`new`&&(0,J.jsx)(Y,{title:e(`new`),confirm:e(`create`),initial:I(e(`newName`),y),taken:y,error:b.store.error,busy:b.store.isPending,onClose:x,onName:e=>S(e,oe(e))}),d?.kind===`curl`&&(0,J.jsx)(q.Suspense,{fallback:null,children:(0,J.jsx)(be,{taken:y,onClose:x,onPlan:S})}),d?.kind===`rename`&&(0,J.jsx)(Y,{title:e(`rename`),confirm:e(`rename`),initial:d.plan.name,taken:y,error:b.rename.error,busy:b.rename.isPending,onClose:x,onName:e=>b.rename.mutate({plan:d.plan,to:e},{onSuccess:x})}),d?.kind===`import`&&(0,J.jsx)(pe,{plans:g.data??[],onClose:x,onDone:e=>{x(),g.refetch(),e.length===1&&e[0]&&p(`/plans/${t(e[0])}`)}})]})}export{xe as default};