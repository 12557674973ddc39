export default {
  product: 'locust-http',
};
