/** A piece of script to begin with; text is in English as scripts are. */
export interface Snippet {
  /** Its name in code:snippets. */
  key: 'get' | 'extract' | 'rows' | 'branch' | 'before' | 'after';
  label: string;
  template: string;
}

export const SNIPPETS: Snippet[] = [
  {
    key: 'get', label: 'get-check',
    template: 'local ${res} = http.get{url = "${/items}", name = "${list items}"}\ncheck("${list items is ok}", ${res}.status == ${200})\n${}',
  },
  { key: 'extract', label: 'extract', template: 'user.vars.${name} = res:json("${$.id}")\n${}' },
  {
    key: 'rows', label: 'for-rows',
    template: 'for _, item in ipairs(res:json("${$.items}")) do\n  http.get{url = "/items/" .. item.${id} .. "?user=" .. user.data.${accounts}.${name}, name = "${one item}"}\nend\n${}',
  },
  {
    key: 'branch', label: 'weighted-branch',
    template: 'local random = require("random")\nlocal way = random.weighted({${read} = ${9}, ${write} = ${1}})\nif way == "${read}" then\n  ${}\nelse\n  \nend',
  },
  { key: 'before', label: 'before-hook', template: 'function before(req, user)\n  req.headers["${X-Trace}"] = ${user.id .. "-" .. user.iteration}\nend\n${}' },
  { key: 'after', label: 'after-hook', template: 'function after(res, user)\n  check("${has an id}", res:json("${$.id}") ~= nil)\nend\n${}' },
];
