/** The contract of trainers against the worker form: a page that checks one clause at a time, when asked. */
import { trainerContract } from '../../src/testing/trainer-contract.ts';
import { createWorkerTrainer } from '../../src/trainer/worker-trainer.ts';

declare global {
  interface Window {
    /** Checks the clause of this title; rejects if it is broken. */
    checkClause(title: string): Promise<void>;
  }
}

const clauses = new Map(trainerContract(createWorkerTrainer).map(({ title, check }) => [title, check]));

window.checkClause = async (title) => {
  const check = clauses.get(title);
  if (check === undefined) throw new Error(`There is no clause "${title}".`);
  await check();
};
