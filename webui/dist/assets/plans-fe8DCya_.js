import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{B as t,V as n,_ as r,a as i,f as a,n as o,r as s,u as c,v as l}from"./IconCircleX-CL80Xuaz.js";import{r as u}from"./start-CKhRVdjd.js";import{a as d,r as f,t as p}from"./widgets-BADeWuCo.js";import{B as m,I as h,L as g,M as _,R as v,U as y,_t as b,b as x,d as S,ht as C,i as w,j as T,k as E,o as D,r as ee,s as te,v as O}from"./use-shortcut-cAwEThHi.js";import{a as k,n as A,s as ne,t as j}from"./Text-CPQbTndw.js";import{t as re}from"./Skeleton-YEVBjxnl.js";import{t as M}from"./TextInput-CjgAkTpt.js";import{t as ie}from"./IconFileText-LqJg5uO0.js";import{t as ae}from"./IconPlus-CfXp8skS.js";import{t as oe}from"./IconSearch-DPBvjT-M.js";import{m as N,t as P,z as F}from"./useTranslation-C9qMpkIT.js";import{o as se,t as I}from"./src-C8jwbcTf.js";import{t as L}from"./Checkbox-CoPpNkR6.js";import{t as R}from"./Modal-DRE8JWbq.js";import{t as z}from"./Anchor-CivyN83s.js";import{t as B}from"./Menu-CFTE73ik.js";import{t as V}from"./Table-BxM_hO7G.js";import{t as H}from"./IconDots-DAdzHl_w.js";import{t as U}from"./IconDownload-8ccPe_3b.js";import{t as W}from"./useMutation-BOHNtzEU.js";var G=e(F(),1),K=N(),q=k(e=>{let{onChange:t,children:n,multiple:r,accept:i,name:a,form:o,resetRef:s,disabled:c,capture:l,inputProps:u,ref:d,...f}=ne(`FileButton`,null,e),p=(0,G.useRef)(null),m=()=>{!c&&p.current?.click()};return C(s,()=>{p.current&&(p.current.value=``)}),(0,K.jsxs)(K.Fragment,{children:[(0,K.jsx)(`input`,{style:{display:`none`},type:`file`,accept:i,multiple:r,onChange:e=>{if(e.currentTarget.files===null)return t(r?[]:null);t(r?Array.from(e.currentTarget.files):e.currentTarget.files[0]||null)},ref:b(d,p),name:a,form:o,capture:l,...u}),n({onClick:m,...f})]})});q.displayName=`@mantine/core/FileButton`;var ce=s(`outline`,`file-upload`,`FileUpload`,[[`path`,{d:`M14 3v4a1 1 0 0 0 1 1h4`,key:`svg-0`}],[`path`,{d:`M17 21h-10a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2h7l5 5v11a2 2 0 0 1 -2 2`,key:`svg-1`}],[`path`,{d:`M12 11v6`,key:`svg-2`}],[`path`,{d:`M9.5 13.5l2.5 -2.5l2.5 2.5`,key:`svg-3`}]]),le=s(`outline`,`upload`,`Upload`,[[`path`,{d:`M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2`,key:`svg-0`}],[`path`,{d:`M7 9l5 -5l5 5`,key:`svg-1`}],[`path`,{d:`M12 4l0 12`,key:`svg-2`}]]);function ue(e){return e.replace(/^.*[\\/]/,``).replace(/\.(ya?ml|json)$/i,``).trim()||`plan`}function J(e,t){let n=new Set(t.map(e=>e.toLowerCase())),r=e;for(let t=2;n.has(r.toLowerCase());t++)r=`${e} ${t}`;return r}function de(e){return`version: 1
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
`}async function fe(e){return await Promise.all(e.map(async e=>{let t=ue(e.name);if(e.size>1048576)return{source:e.name,name:t,text:``,problems:[],error:`tooLarge`};let n=await e.text();return n.includes(`\0`)||n.includes(`�`)?{source:e.name,name:t,text:``,problems:[],error:`notText`}:{source:e.name,name:t,text:n,problems:await pe(e.name,n)}}))}async function pe(e,t){return(await r(`/check`,{body:{file:e,text:t}})).problems}async function Y(e,t,n){return await r(`/plans/${l(e)}`,{method:`PUT`,body:{text:t},headers:n?{"If-Match":`"${n}"`}:{}})}async function X(e){return await r(`/plans/${l(e)}`)}async function me(e,t){await r(`/plans/${l(e)}`,{method:`DELETE`,headers:{"If-Match":`"${t}"`}})}async function he(e,t){await r(`/plans/${l(e.name)}/rename`,{body:{to:t},headers:{"If-Match":`"${e.revision}"`}})}function ge(e,t){let n=URL.createObjectURL(new Blob([t],{type:`application/yaml`})),r=document.createElement(`a`);r.href=n,r.download=e,r.click(),URL.revokeObjectURL(n)}function _e({plans:e,onClose:t,onDone:n}){let{t:r}=P(`plans`),[i,a]=(0,G.useState)([]),[o,s]=(0,G.useState)(),[c,l]=(0,G.useState)(!1),u=async e=>{s(void 0);try{let t=await fe(e);a(e=>[...e,...t.map(e=>({...e,take:!e.error,replace:!1}))])}catch(e){s(e)}},d=(e,t)=>a(n=>n.map((n,r)=>r===e?{...n,...t}:n)),f=i.filter(e=>e.take&&!e.done),p=async()=>{l(!0);let t=[],r=e.map(e=>e.name);for(let[n,a]of i.entries()){if(!a.take||a.done)continue;let i=e.find(e=>e.name===a.name),o=i&&!a.replace?J(a.name,[...r,...t]):a.name;try{await Y(o,a.text,i&&a.replace?i.revision:void 0),t.push(o),d(n,{done:!0,failed:void 0})}catch(e){d(n,{failed:e})}}l(!1),t.length===f.length&&n(t)};return(0,K.jsx)(R,{opened:!0,onClose:t,title:r(`import`),size:`lg`,closeButtonProps:{"aria-label":r(`close`)},children:(0,K.jsxs)(h,{children:[(0,K.jsx)(j,{size:`sm`,children:r(`importText`)}),(0,K.jsx)(q,{multiple:!0,accept:`.yaml,.yml,.json`,onChange:e=>void u(e),inputProps:{"data-testid":`import-file`},children:e=>(0,K.jsx)(m,{...e,variant:`default`,leftSection:(0,K.jsx)(ce,{size:16,"aria-hidden":!0}),children:r(`chooseFiles`)})}),!!o&&(0,K.jsx)(D,{error:o}),i.map((t,n)=>(0,K.jsx)(ve,{line:t,exists:e.some(e=>e.name===t.name),onChange:e=>d(n,e)},n)),(0,K.jsxs)(A,{justify:`flex-end`,children:[(0,K.jsx)(m,{variant:`default`,onClick:t,children:r(`cancel`)}),(0,K.jsx)(m,{disabled:f.length===0,loading:c,onClick:()=>void p(),"data-testid":`import-ok`,children:r(`importCount`,{count:f.length})})]})]})})}function ve({line:e,exists:t,onChange:n}){let{t:r}=P(`plans`),i=e.problems.filter(e=>!e.warning);return(0,K.jsxs)(h,{gap:4,"data-testid":`import-${e.source}`,children:[(0,K.jsxs)(A,{gap:`sm`,children:[(0,K.jsx)(L,{checked:e.take,disabled:!!e.error,onChange:e=>n({take:e.currentTarget.checked}),label:e.source}),e.error&&(0,K.jsx)(w,{tone:`bad`,icon:o,children:r(`fault.${e.error}`)}),!e.error&&i.length===0&&(0,K.jsx)(w,{tone:`good`,icon:_,children:r(`fine`)}),i.length>0&&(0,K.jsx)(w,{tone:`warn`,icon:o,children:r(`problems`,{count:i.length})}),e.done&&(0,K.jsx)(w,{tone:`good`,icon:_,children:r(`imported`)})]}),!e.error&&(0,K.jsxs)(A,{gap:`sm`,align:`flex-end`,children:[(0,K.jsx)(M,{size:`xs`,label:r(`name`),value:e.name,onChange:e=>n({name:e.currentTarget.value})}),t&&(0,K.jsx)(L,{size:`xs`,checked:e.replace,onChange:e=>n({replace:e.currentTarget.checked}),label:r(`replace`)})]}),e.problems.length>0&&(0,K.jsx)(v,{size:`sm`,children:e.problems.slice(0,10).map((e,t)=>(0,K.jsx)(v.Item,{children:r(`problemAt`,{line:e.line,column:e.col,message:e.message})},t))}),!!e.failed&&(0,K.jsx)(D,{error:e.failed})]})}function Z({title:e,confirm:t,initial:n,taken:r,error:i,busy:a,onClose:o,onName:s}){let{t:c}=P(`plans`),[l,u]=(0,G.useState)(n),d=l.trim(),f=d!==n&&r.some(e=>e.toLowerCase()===d.toLowerCase());return(0,K.jsx)(R,{opened:!0,onClose:o,title:e,closeButtonProps:{"aria-label":c(`close`)},children:(0,K.jsx)(`form`,{onSubmit:e=>{e.preventDefault(),d!==``&&!f&&s(d)},children:(0,K.jsxs)(h,{children:[(0,K.jsx)(M,{label:c(`name`),value:l,onChange:e=>u(e.currentTarget.value),"data-autofocus":!0,maxLength:100,error:f?c(`exists`):void 0,"data-testid":`plan-name`}),!!i&&(0,K.jsx)(D,{error:i}),(0,K.jsxs)(A,{justify:`flex-end`,children:[(0,K.jsx)(m,{variant:`default`,onClick:o,children:c(`cancel`)}),(0,K.jsx)(m,{type:`submit`,disabled:d===``||f,loading:a,"data-testid":`plan-name-ok`,children:t})]})]})})})}var ye={sort:`_sort_1gydu_1`};function be({lines:e,column:t,down:r,onSort:i,...a}){let{t:o}=P(`plans`),s=e=>(0,K.jsx)(V.Th,{scope:`col`,"aria-sort":t===e?r?`descending`:`ascending`:`none`,children:(0,K.jsxs)(n,{className:ye.sort,onClick:()=>i(e),children:[o(`column.${e}`),(0,K.jsx)(`span`,{"aria-hidden":!0,children:t===e?r?` ▼`:` ▲`:``})]})});return(0,K.jsx)(V.ScrollContainer,{minWidth:760,children:(0,K.jsxs)(V,{verticalSpacing:`sm`,highlightOnHover:!0,"data-testid":`plans-table`,children:[(0,K.jsx)(V.Thead,{children:(0,K.jsxs)(V.Tr,{children:[s(`name`),s(`transactions`),(0,K.jsx)(V.Th,{scope:`col`,children:o(`column.last`)}),(0,K.jsx)(V.Th,{scope:`col`,children:o(`column.verdict`)}),s(`modified`),(0,K.jsx)(V.Th,{scope:`col`,children:o(`column.actions`)})]})}),(0,K.jsx)(V.Tbody,{children:e.map(e=>(0,K.jsx)(xe,{plan:e,...a},e.name))})]})})}function xe({plan:e,onStart:t,onDuplicate:n,onExport:r,onRename:i,onDelete:a}){let{t:s}=P(`plans`),c=e.problems.filter(e=>!e.warning).length;return(0,K.jsxs)(V.Tr,{"data-testid":`plan-row-${e.name}`,children:[(0,K.jsxs)(V.Th,{scope:`row`,children:[(0,K.jsxs)(A,{gap:`xs`,children:[(0,K.jsx)(z,{component:I,href:`/plans/${l(e.name)}`,children:e.name}),c>0&&(0,K.jsx)(w,{tone:`bad`,icon:o,title:e.problems[0]?.message,children:s(`problems`,{count:c})})]}),e.description!==``&&(0,K.jsx)(j,{size:`xs`,c:`dimmed`,lineClamp:1,fw:400,children:e.description})]}),(0,K.jsx)(V.Td,{className:`numbers`,children:(0,K.jsx)(g,{label:e.transactions.join(`, `),disabled:e.transactions.length===0,multiline:!0,maw:400,children:(0,K.jsx)(`span`,{children:e.transactions.length})})}),(0,K.jsx)(V.Td,{children:e.last?(0,K.jsx)(z,{component:I,href:`/runs/${e.last.number}`,children:s(`run`,{number:e.last.number,time:O(e.last.created_at)})}):`–`}),(0,K.jsx)(V.Td,{children:e.last?(0,K.jsx)(f,{result:e.last.result}):`–`}),(0,K.jsx)(V.Td,{title:`${S(e.modified)} ${x(e.modified)}`,children:O(e.modified)}),(0,K.jsx)(V.Td,{children:(0,K.jsxs)(A,{gap:4,wrap:`nowrap`,children:[(0,K.jsx)(Q,{label:s(`start`,{plan:e.name}),onClick:()=>t(e),children:(0,K.jsx)(E,{size:16,"aria-hidden":!0})}),(0,K.jsx)(Q,{label:s(`duplicate`,{plan:e.name}),onClick:()=>n(e),children:(0,K.jsx)(T,{size:16,"aria-hidden":!0})}),(0,K.jsx)(Q,{label:s(`export`,{plan:e.name}),onClick:()=>r(e),children:(0,K.jsx)(U,{size:16,"aria-hidden":!0})}),(0,K.jsxs)(B,{position:`bottom-end`,children:[(0,K.jsx)(B.Target,{children:(0,K.jsx)(y,{variant:`subtle`,color:`gray`,"aria-label":s(`more`,{plan:e.name}),children:(0,K.jsx)(H,{size:16,"aria-hidden":!0})})}),(0,K.jsxs)(B.Dropdown,{children:[(0,K.jsx)(B.Item,{onClick:()=>i(e),children:s(`rename`)}),(0,K.jsx)(B.Item,{onClick:()=>a(e),c:`var(--lh-bad)`,children:s(`delete`)})]})]})]})})]})}function Q({label:e,onClick:t,children:n}){return(0,K.jsx)(g,{label:e,children:(0,K.jsx)(y,{variant:`subtle`,color:`gray`,"aria-label":e,onClick:t,children:n})})}function Se(e,t,n){let r=c(),i=a({limit:200});return{plans:r,lines:(0,G.useMemo)(()=>{let a=new Map;for(let e of i.data?.runs??[])a.has(e.plan)||a.set(e.plan,e);let o=e.trim().toLowerCase();return(r.data??[]).filter(e=>o===``||e.name.toLowerCase().includes(o)||e.description.toLowerCase().includes(o)).map(e=>({...e,last:a.get(e.name)})).toSorted((e,r)=>(n?-1:1)*Ce(e,r,t))},[r.data,i.data,e,t,n])}}var $=new Intl.Collator(void 0,{numeric:!0});function Ce(e,t,n){return n===`transactions`?e.transactions.length-t.transactions.length||$.compare(e.name,t.name):n===`modified`?e.modified.localeCompare(t.modified):$.compare(e.name,t.name)}function we(e){let n=t(),r=()=>n.invalidateQueries({queryKey:i.plans().queryKey});return{duplicate:W({mutationFn:async t=>{let n=(await X(t.name)).text;return await Y(J(t.name,e),n)},onSuccess:r}),rename:W({mutationFn:({plan:e,to:t})=>he(e,t),onSuccess:r}),remove:W({mutationFn:async e=>{let t=await X(e.name);return await me(e.name,t.revision),t},onSuccess:r}),store:W({mutationFn:({name:e,text:t,over:n})=>Y(e,t,n),onSuccess:r}),export:W({mutationFn:async e=>ge(`${e.name}.yaml`,(await X(e.name)).text)})}}function Te(){let{t:e}=P(`plans`),[t,n]=(0,G.useState)(``),[r,i]=(0,G.useState)({column:`name`,down:!1}),[a,o]=(0,G.useState)(),[,s]=se(),c=(0,G.useRef)(null),{plans:f,lines:g}=Se(t,r.column,r.down),_=(f.data??[]).map(e=>e.name),v=we(_);ee(`/`,()=>c.current?.focus());let y=()=>o(void 0),b=(e,t)=>v.store.mutate({name:e,text:t},{onSuccess:()=>s(`/plans/${l(e)}`)}),x=t=>v.remove.mutate(t,{onSuccess:n=>p(e(`deleted`,{plan:t.name}),e(`undo`),e(`close`),()=>v.store.mutate({name:n.name,text:n.text}))}),S=v.duplicate.error??v.remove.error??v.export.error,C=f.data?.length===0,w=(0,K.jsxs)(K.Fragment,{children:[(0,K.jsx)(m,{variant:`default`,leftSection:(0,K.jsx)(le,{size:16,"aria-hidden":!0}),onClick:()=>o({kind:`import`}),"data-testid":`plan-import`,children:e(`import`)}),(0,K.jsx)(m,{leftSection:(0,K.jsx)(ae,{size:16,"aria-hidden":!0}),onClick:()=>o({kind:`new`}),"data-testid":`plan-new`,children:e(`new`)})]});return(0,K.jsxs)(h,{children:[(0,K.jsx)(d,{title:e(`title`),children:w}),S&&(0,K.jsx)(D,{error:S}),f.error&&(0,K.jsx)(D,{error:f.error,retry:()=>void f.refetch()}),f.isPending&&(0,K.jsx)(re,{height:200}),C&&(0,K.jsxs)(te,{icon:ie,title:e(`none`),text:e(`noneText`),testId:`no-plans`,children:[w,(0,K.jsx)(m,{variant:`default`,onClick:()=>b(J(`shop`,_),`# The plan of \`locust-http demo\`: fifty people in the sample shop, most of them
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
`),"data-testid":`plan-sample`,children:e(`sample`)})]}),f.data&&!C&&(0,K.jsxs)(K.Fragment,{children:[(0,K.jsxs)(A,{children:[(0,K.jsx)(M,{ref:c,value:t,onChange:e=>n(e.currentTarget.value),w:320,"data-testid":`plans-filter`,placeholder:e(`filter`),"aria-label":e(`filter`),leftSection:(0,K.jsx)(oe,{size:16,"aria-hidden":!0})}),(0,K.jsx)(j,{size:`sm`,c:`dimmed`,role:`status`,children:e(`shown`,{count:g.length})})]}),(0,K.jsx)(be,{lines:g,...r,onSort:e=>i(t=>({column:e,down:t.column===e&&!t.down})),onStart:e=>u(e.name),onDuplicate:v.duplicate.mutate,onExport:v.export.mutate,onRename:e=>o({kind:`rename`,plan:e}),onDelete:x})]}),a?.kind===`new`&&(0,K.jsx)(Z,{title:e(`new`),confirm:e(`create`),initial:J(e(`newName`),_),taken:_,error:v.store.error,busy:v.store.isPending,onClose:y,onName:e=>b(e,de(e))}),a?.kind===`rename`&&(0,K.jsx)(Z,{title:e(`rename`),confirm:e(`rename`),initial:a.plan.name,taken:_,error:v.rename.error,busy:v.rename.isPending,onClose:y,onName:e=>v.rename.mutate({plan:a.plan,to:e},{onSuccess:y})}),a?.kind===`import`&&(0,K.jsx)(_e,{plans:f.data??[],onClose:y,onDone:e=>{y(),f.refetch(),e.length===1&&e[0]&&s(`/plans/${l(e[0])}`)}})]})}export{Te as default};