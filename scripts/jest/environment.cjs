const { TestEnvironment } = require('jest-environment-node');

// Each test file has its own world, but loading the large libraries anew for each of two hundred took
// a quarter of the time of the tests. None of them keeps anything between two tests.
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.requireShared = require;
  }
};
