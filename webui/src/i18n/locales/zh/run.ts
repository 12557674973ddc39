export default {
  title: '测试记录',
};
