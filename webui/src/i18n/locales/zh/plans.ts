export default {
  title: '事务集合',
};
