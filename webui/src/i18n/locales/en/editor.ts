export default {
  title: 'Plan',
};
