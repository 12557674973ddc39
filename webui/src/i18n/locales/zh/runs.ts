export default {
  title: '历史记录',
};
