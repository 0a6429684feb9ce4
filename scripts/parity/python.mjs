/** Python with PyTorch: where it is, and how scripts are handed to it. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('./run.py', import.meta.url));
const candidates = ['/usr/bin/python3', 'python3'];

/** A Python that has PyTorch and NumPy, and its version of PyTorch. Throws words that say how to install it. */
export function findPython() {
  for (const command of candidates) {
    const { status, stdout } = spawnSync(command, ['-c', 'import torch, numpy; print(torch.__version__)'], { encoding: 'utf8' });
    if (status === 0) return { command, version: stdout.trim() };
  }
  throw new Error('Parity needs PyTorch 1.13 or newer and NumPy. On Debian or Ubuntu: sudo apt-get install python3-torch python3-numpy');
}

/** Runs the scripts of folders in one process and calls `take` with each outcome, in order. */
export function runFolders(command, folders, take) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [runner], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, OMP_NUM_THREADS: '1' } });
    let text = '';
    let done = 0;
    child.stdout.on('data', (piece) => {
      text += piece;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) take(done++, JSON.parse(line));
    });
    child.on('error', reject);
    child.on('close', () => (done === folders.length ? resolve() : reject(new Error('Python ended before the last script.'))));
    child.stdin.end(folders.map((folder) => `${folder}\n`).join(''));
  });
}

/** Whether a text is Python: undefined, or what is wrong with it. */
export function compileError(command, folder) {
  const { status, stderr } = spawnSync(command, ['-m', 'compileall', '-q', folder], { encoding: 'utf8' });
  return status === 0 ? undefined : stderr;
}

/** The curve of a script under torchrun, or in one process. */
export function checkedCurve(command, folder, log, processes) {
  const many = ['-m', 'torch.distributed.run', '-r', '1', '-t', '1', `--nproc_per_node=${processes}`];
  const args = [...(processes > 1 ? many : []), `${folder}/train.py`, '--check', '--log', log];
  return spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } });
}
