const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["./from-curl-8dAN8jg6.js","./curl-dialog-DFfVqhkI.js","./rolldown-runtime-XKyaHtl9.js","./useTranslation-C9qMpkIT.js","./Stack-Dqk-kaW8.js","./Text-CPQbTndw.js","./client-B0tiYkQJ.js","./Modal-DvnygE2M.js","./Paper-DUttPSxj.js","./FocusTrap-CyNPBx8L.js","./Input-CyfxlY2k.js","./Textarea-Bq8NH8p3.js","./get-env-MimdSsZv.js","./InputBase-Bc7BFa6U.js","./value-BXffZJjg.js","./curl-dialog-1kHioWG5.css","./plan-hUFrGapx.js","./plan-files-BO21kzm6.js"])))=>i.map(i=>d[i]);
import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{a as t,o as n}from"./client-B0tiYkQJ.js";import{r}from"./start-CevzOR9r.js";import{a as i,r as a,t as o}from"./widgets-DDz24nzI.js";import{i as s,n as c,t as l}from"./Stack-Dqk-kaW8.js";import{n as u,t as d}from"./Text-CPQbTndw.js";import{t as f}from"./Menu-CFRTbRr9.js";import{t as p}from"./Skeleton-YEVBjxnl.js";import{t as m}from"./TextInput-Bo1hoh3R.js";import{t as h}from"./IconChevronDown-Cs1X9rkQ.js";import{t as g}from"./IconFileText-G21Xy9J6.js";import{t as _}from"./IconPlus-oLC89oI3.js";import{t as ee}from"./IconSearch-CB6YwKbs.js";import{n as v,r as y,t as te}from"./IconUpload-CgDksiA5.js";import{m as b,t as x,z as S}from"./useTranslation-C9qMpkIT.js";import{o as ne,t as C}from"./src-C8jwbcTf.js";import{t as w}from"./Checkbox-DFW_VsYH.js";import{t as T}from"./Modal-DvnygE2M.js";import{B as E,a as D,h as O,n as k,p as A,r as j}from"./IconCircleX-CiTpQ4K8.js";import{I as M,M as N,R as P,b as re,d as ie,i as F,j as ae,k as oe,o as I,s as se,v as L}from"./use-shortcut-DQXQFmAF.js";import{a as ce,c as R,i as z,n as B,o as V,r as H,s as U,t as W}from"./plan-files-BO21kzm6.js";import{t as G}from"./Anchor-CivyN83s.js";import{t as K}from"./Table-BVRuBJio.js";import{t as le}from"./IconDots-CBbRRQwA.js";import{t as q}from"./useMutation-De7pxseg.js";import{t as ue}from"./preload-helper-DclECHGd.js";var de=j(`outline`,`file-upload`,`FileUpload`,[[`path`,{d:`M14 3v4a1 1 0 0 0 1 1h4`,key:`svg-0`}],[`path`,{d:`M17 21h-10a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2h7l5 5v11a2 2 0 0 1 -2 2`,key:`svg-1`}],[`path`,{d:`M12 11v6`,key:`svg-2`}],[`path`,{d:`M9.5 13.5l2.5 -2.5l2.5 2.5`,key:`svg-3`}]]),J=e(S(),1),Y=b();function fe({plans:e,onClose:t,onDone:n}){let{t:r}=x(`plans`),[i,a]=(0,J.useState)([]),[o,c]=(0,J.useState)(),[f,p]=(0,J.useState)(!1),m=async e=>{c(void 0);try{let t=await ce(e);a(e=>[...e,...t.map(e=>({...e,take:!e.error,replace:!1}))])}catch(e){c(e)}},h=(e,t)=>a(n=>n.map((n,r)=>r===e?{...n,...t}:n)),g=i.filter(e=>e.take&&!e.done),_=async()=>{p(!0);let t=[],r=e.map(e=>e.name);for(let[n,a]of i.entries()){if(!a.take||a.done)continue;let i=e.find(e=>e.name===a.name),o=i&&!a.replace?B(a.name,[...r,...t]):a.name;try{await R(o,a.text,i&&a.replace?i.revision:void 0),t.push(o),h(n,{done:!0,failed:void 0})}catch(e){h(n,{failed:e})}}p(!1),t.length===g.length&&n(t)};return(0,Y.jsx)(T,{opened:!0,onClose:t,title:r(`import`),size:`lg`,closeButtonProps:{"aria-label":r(`close`)},children:(0,Y.jsxs)(l,{children:[(0,Y.jsx)(d,{size:`sm`,children:r(`importText`)}),(0,Y.jsx)(y,{multiple:!0,accept:`.yaml,.yml,.json`,onChange:e=>void m(e),inputProps:{"data-testid":`import-file`},children:e=>(0,Y.jsx)(s,{...e,variant:`default`,leftSection:(0,Y.jsx)(de,{size:16,"aria-hidden":!0}),children:r(`chooseFiles`)})}),!!o&&(0,Y.jsx)(I,{error:o}),i.map((t,n)=>(0,Y.jsx)(pe,{line:t,exists:e.some(e=>e.name===t.name),onChange:e=>h(n,e)},n)),(0,Y.jsxs)(u,{justify:`flex-end`,children:[(0,Y.jsx)(s,{variant:`default`,onClick:t,children:r(`cancel`)}),(0,Y.jsx)(s,{disabled:g.length===0,loading:f,onClick:()=>void _(),"data-testid":`import-ok`,children:r(`importCount`,{count:g.length})})]})]})})}function pe({line:e,exists:t,onChange:n}){let{t:r}=x(`plans`),i=e.problems.filter(e=>!e.warning);return(0,Y.jsxs)(l,{gap:4,"data-testid":`import-${e.source}`,children:[(0,Y.jsxs)(u,{gap:`sm`,children:[(0,Y.jsx)(w,{checked:e.take,disabled:!!e.error,onChange:e=>n({take:e.currentTarget.checked}),label:e.source}),e.error&&(0,Y.jsx)(F,{tone:`bad`,icon:k,children:r(`fault.${e.error}`)}),!e.error&&i.length===0&&(0,Y.jsx)(F,{tone:`good`,icon:N,children:r(`fine`)}),i.length>0&&(0,Y.jsx)(F,{tone:`warn`,icon:k,children:r(`problems`,{count:i.length})}),e.done&&(0,Y.jsx)(F,{tone:`good`,icon:N,children:r(`imported`)})]}),!e.error&&(0,Y.jsxs)(u,{gap:`sm`,align:`flex-end`,children:[(0,Y.jsx)(m,{size:`xs`,label:r(`name`),value:e.name,onChange:e=>n({name:e.currentTarget.value})}),t&&(0,Y.jsx)(w,{size:`xs`,checked:e.replace,onChange:e=>n({replace:e.currentTarget.checked}),label:r(`replace`)})]}),e.problems.length>0&&(0,Y.jsx)(c,{size:`sm`,children:e.problems.slice(0,10).map((e,t)=>(0,Y.jsx)(c.Item,{children:r(`problemAt`,{line:e.line,column:e.col,message:e.message})},t))}),!!e.failed&&(0,Y.jsx)(I,{error:e.failed})]})}function X({title:e,confirm:t,initial:n,taken:r,error:i,busy:a,onClose:o,onName:c}){let{t:d}=x(`plans`),[f,p]=(0,J.useState)(n),h=f.trim(),g=h!==n&&r.some(e=>e.toLowerCase()===h.toLowerCase());return(0,Y.jsx)(T,{opened:!0,onClose:o,title:e,closeButtonProps:{"aria-label":d(`close`)},children:(0,Y.jsx)(`form`,{onSubmit:e=>{e.preventDefault(),h!==``&&!g&&c(h)},children:(0,Y.jsxs)(l,{children:[(0,Y.jsx)(m,{label:d(`name`),value:f,onChange:e=>p(e.currentTarget.value),"data-autofocus":!0,maxLength:100,error:g?d(`exists`):void 0,"data-testid":`plan-name`}),!!i&&(0,Y.jsx)(I,{error:i}),(0,Y.jsxs)(u,{justify:`flex-end`,children:[(0,Y.jsx)(s,{variant:`default`,onClick:o,children:d(`cancel`)}),(0,Y.jsx)(s,{type:`submit`,disabled:h===``||g,loading:a,"data-testid":`plan-name-ok`,children:t})]})]})})})}var Z={sort:`_sort_ly6se_1`,when:`_when_ly6se_7`};function me({lines:e,column:t,down:r,onSort:i,...a}){let{t:o}=x(`plans`),s=e=>(0,Y.jsx)(K.Th,{scope:`col`,"aria-sort":t===e?r?`descending`:`ascending`:`none`,children:(0,Y.jsxs)(n,{className:Z.sort,onClick:()=>i(e),children:[o(`column.${e}`),(0,Y.jsx)(`span`,{"aria-hidden":!0,children:t===e?r?` ▼`:` ▲`:``})]})});return(0,Y.jsx)(K.ScrollContainer,{minWidth:760,children:(0,Y.jsxs)(K,{verticalSpacing:`sm`,highlightOnHover:!0,"data-testid":`plans-table`,children:[(0,Y.jsx)(K.Thead,{children:(0,Y.jsxs)(K.Tr,{children:[s(`name`),s(`transactions`),(0,Y.jsx)(K.Th,{scope:`col`,children:o(`column.last`)}),(0,Y.jsx)(K.Th,{scope:`col`,children:o(`column.verdict`)}),s(`modified`),(0,Y.jsx)(K.Th,{scope:`col`,children:o(`column.actions`)})]})}),(0,Y.jsx)(K.Tbody,{children:e.map(e=>(0,Y.jsx)(he,{plan:e,...a},e.name))})]})})}function he({plan:e,onStart:n,onDuplicate:r,onExport:i,onRename:o,onDelete:s}){let{t:c}=x(`plans`),l=e.problems.filter(e=>!e.warning).length;return(0,Y.jsxs)(K.Tr,{"data-testid":`plan-row-${e.name}`,children:[(0,Y.jsxs)(K.Th,{scope:`row`,children:[(0,Y.jsxs)(u,{gap:`xs`,children:[(0,Y.jsx)(G,{component:C,href:`/plans/${t(e.name)}`,children:e.name}),l>0&&(0,Y.jsx)(F,{tone:`bad`,icon:k,title:e.problems[0]?.message,children:c(`problems`,{count:l})})]}),e.description!==``&&(0,Y.jsx)(d,{size:`xs`,c:`dimmed`,lineClamp:1,fw:400,children:e.description})]}),(0,Y.jsx)(K.Td,{className:`numbers`,children:(0,Y.jsx)(M,{label:e.transactions.join(`, `),disabled:e.transactions.length===0,multiline:!0,maw:400,children:(0,Y.jsx)(`span`,{children:e.transactions.length})})}),(0,Y.jsx)(K.Td,{children:e.last?(0,Y.jsx)(G,{component:C,href:`/runs/${e.last.number}`,children:c(`run`,{number:e.last.number,time:L(e.last.created_at)})}):`–`}),(0,Y.jsx)(K.Td,{children:e.last?(0,Y.jsx)(a,{result:e.last.result}):`–`}),(0,Y.jsx)(K.Td,{className:Z.when,title:`${ie(e.modified)} ${re(e.modified)}`,children:L(e.modified)}),(0,Y.jsx)(K.Td,{children:(0,Y.jsxs)(u,{gap:4,wrap:`nowrap`,children:[(0,Y.jsx)(Q,{label:c(`start`,{plan:e.name}),onClick:()=>n(e),children:(0,Y.jsx)(oe,{size:16,"aria-hidden":!0})}),(0,Y.jsx)(Q,{label:c(`duplicate`,{plan:e.name}),onClick:()=>r(e),children:(0,Y.jsx)(ae,{size:16,"aria-hidden":!0})}),(0,Y.jsx)(Q,{label:c(`export`,{plan:e.name}),onClick:()=>i(e),children:(0,Y.jsx)(v,{size:16,"aria-hidden":!0})}),(0,Y.jsxs)(f,{position:`bottom-end`,children:[(0,Y.jsx)(f.Target,{children:(0,Y.jsx)(P,{variant:`subtle`,color:`gray`,"aria-label":c(`more`,{plan:e.name}),children:(0,Y.jsx)(le,{size:16,"aria-hidden":!0})})}),(0,Y.jsxs)(f.Dropdown,{children:[(0,Y.jsx)(f.Item,{onClick:()=>o(e),children:c(`rename`)}),(0,Y.jsx)(f.Item,{onClick:()=>s(e),c:`var(--lh-bad)`,children:c(`delete`)})]})]})]})})]})}function Q({label:e,onClick:t,children:n}){return(0,Y.jsx)(M,{label:e,children:(0,Y.jsx)(P,{variant:`subtle`,color:`gray`,"aria-label":e,onClick:t,children:n})})}function ge(e,t,n){let r=A(),i=O({limit:200});return{plans:r,lines:(0,J.useMemo)(()=>{let a=new Map;for(let e of i.data?.runs??[])a.has(e.plan)||a.set(e.plan,e);let o=e.trim().toLowerCase();return(r.data??[]).filter(e=>o===``||e.name.toLowerCase().includes(o)||e.description.toLowerCase().includes(o)).map(e=>({...e,last:a.get(e.name)})).toSorted((e,r)=>(n?-1:1)*_e(e,r,t))},[r.data,i.data,e,t,n])}}var $=new Intl.Collator(void 0,{numeric:!0});function _e(e,t,n){return n===`transactions`?e.transactions.length-t.transactions.length||$.compare(e.name,t.name):n===`modified`?e.modified.localeCompare(t.modified):$.compare(e.name,t.name)}function ve(e){let t=E(),n=()=>t.invalidateQueries({queryKey:D.plans().queryKey});return{duplicate:q({mutationFn:async t=>{let n=(await z(t.name)).text;return await R(B(t.name,e),n)},onSuccess:n}),rename:q({mutationFn:({plan:e,to:t})=>U(e,t),onSuccess:n}),remove:q({mutationFn:async e=>{let t=await z(e.name);return await V(e.name,t.revision),t},onSuccess:n}),store:q({mutationFn:({name:e,text:t,over:n})=>R(e,t,n),onSuccess:n}),export:q({mutationFn:async e=>W(`${e.name}.yaml`,(await z(e.name)).text)})}}var ye=(0,J.lazy)(()=>ue(()=>import(`./from-curl-8dAN8jg6.js`),__vite__mapDeps([0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]),import.meta.url));function be(){let{t:e}=x(`plans`),[n,a]=(0,J.useState)(``),[c,v]=(0,J.useState)({column:`name`,down:!1}),[y,b]=(0,J.useState)(),[,S]=ne(),{plans:C,lines:w}=ge(n,c.column,c.down),T=(C.data??[]).map(e=>e.name),E=ve(T),D=()=>b(void 0),O=(e,n)=>E.store.mutate({name:e,text:n},{onSuccess:()=>S(`/plans/${t(e)}`)}),k=t=>E.remove.mutate(t,{onSuccess:n=>o(e(`deleted`,{plan:t.name}),e(`undo`),e(`close`),()=>E.store.mutate({name:n.name,text:n.text}))}),A=E.duplicate.error??E.remove.error??E.export.error,j=C.data?.length===0,M=(0,Y.jsxs)(Y.Fragment,{children:[(0,Y.jsxs)(f,{position:`bottom-end`,children:[(0,Y.jsx)(f.Target,{children:(0,Y.jsx)(s,{variant:`default`,leftSection:(0,Y.jsx)(te,{size:16,"aria-hidden":!0}),rightSection:(0,Y.jsx)(h,{size:14,"aria-hidden":!0}),"data-testid":`plan-import`,children:e(`import`)})}),(0,Y.jsxs)(f.Dropdown,{children:[(0,Y.jsx)(f.Item,{onClick:()=>b({kind:`import`}),"data-testid":`plan-import-files`,children:e(`importFiles`)}),(0,Y.jsx)(f.Item,{onClick:()=>b({kind:`curl`}),"data-testid":`plan-import-curl`,children:e(`importCurl`)})]})]}),(0,Y.jsx)(s,{leftSection:(0,Y.jsx)(_,{size:16,"aria-hidden":!0}),onClick:()=>b({kind:`new`}),"data-testid":`plan-new`,children:e(`new`)})]});return(0,Y.jsxs)(l,{children:[(0,Y.jsx)(i,{title:e(`title`),children:M}),A&&(0,Y.jsx)(I,{error:A}),C.error&&(0,Y.jsx)(I,{error:C.error,retry:()=>void C.refetch()}),C.isPending&&(0,Y.jsx)(p,{height:200}),j&&(0,Y.jsxs)(se,{icon:g,title:e(`none`),text:e(`noneText`),testId:`no-plans`,children:[M,(0,Y.jsx)(s,{variant:`default`,onClick:()=>O(B(`shop`,T),`# The plan of \`locust-http demo\`: fifty people in the sample shop, most of them
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
`),"data-testid":`plan-sample`,children:e(`sample`)})]}),C.data&&!j&&(0,Y.jsxs)(Y.Fragment,{children:[(0,Y.jsxs)(u,{children:[(0,Y.jsx)(m,{"data-page-filter":!0,value:n,onChange:e=>a(e.currentTarget.value),w:320,"data-testid":`plans-filter`,placeholder:e(`filter`),"aria-label":e(`filter`),leftSection:(0,Y.jsx)(ee,{size:16,"aria-hidden":!0})}),(0,Y.jsx)(d,{size:`sm`,c:`dimmed`,role:`status`,children:e(`shown`,{count:w.length})})]}),(0,Y.jsx)(me,{lines:w,...c,onSort:e=>v(t=>({column:e,down:t.column===e&&!t.down})),onStart:e=>r(e.name),onDuplicate:E.duplicate.mutate,onExport:E.export.mutate,onRename:e=>b({kind:`rename`,plan:e}),onDelete:k})]}),y?.kind===`new`&&(0,Y.jsx)(X,{title:e(`new`),confirm:e(`create`),initial:B(e(`newName`),T),taken:T,error:E.store.error,busy:E.store.isPending,onClose:D,onName:e=>O(e,H(e))}),y?.kind===`curl`&&(0,Y.jsx)(J.Suspense,{fallback:null,children:(0,Y.jsx)(ye,{taken:T,onClose:D,onPlan:O})}),y?.kind===`rename`&&(0,Y.jsx)(X,{title:e(`rename`),confirm:e(`rename`),initial:y.plan.name,taken:T,error:E.rename.error,busy:E.rename.isPending,onClose:D,onName:e=>E.rename.mutate({plan:y.plan,to:e},{onSuccess:D})}),y?.kind===`import`&&(0,Y.jsx)(fe,{plans:C.data??[],onClose:D,onDone:e=>{D(),C.refetch(),e.length===1&&e[0]&&S(`/plans/${t(e[0])}`)}})]})}export{be as default};