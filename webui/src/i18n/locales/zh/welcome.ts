export default {
  title: '欢迎',
  text: '三步完成第一次压测。在你确认之前不会发送任何请求。',
  loading: '正在加载',
  plan: { title: '建立事务集合', text: '事务集合说明用户发送哪些请求。可以粘贴 cURL 命令、导入文件，或使用示例。', button: '事务集合' },
  workers: { title: '添加压测机', text: '请求由压测机发送。可以在主控旁运行一台；需要更大负载时再添加其他机器。', button: '压测机' },
  learn: { title: '了解功能', text: '入门步骤、快捷键，以及 Lua 脚本的用法。', button: '帮助' },
  unknown: { title: '页面不存在', text: '此地址没有页面。', button: '转到事务集合' },
};
