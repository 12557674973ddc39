export default {
  title: '欢迎',
};
