export default {
  title: '帮助',
};
