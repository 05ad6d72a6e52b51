// In the place of a library's file: the same file, loaded once for all test files of a worker.
module.exports = {
  process: (_source, path) => ({ code: `module.exports = requireShared(${JSON.stringify(path)});` }),
};
