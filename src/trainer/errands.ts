/** Short looks at a run that may be taken between two of its turns only, where the executor is free; asked for at any time. */
export class Errands {
  private waiting: (() => Promise<void>)[] = [];

  /** Does something at the next occasion; settles as it does. */
  add<Result>(act: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => act().then(resolve, reject));
    });
  }

  /** Does all that waits. Never rejects. */
  async doAll(): Promise<void> {
    const due = this.waiting;
    this.waiting = [];
    for (const errand of due) await errand();
  }
}
