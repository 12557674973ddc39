export default {
  title: 'Lua 脚本库',
};
