/** placeholder */
export async function scenarioScripts(): Promise<readonly { readonly name: string; readonly script: string }[]> {
  return Promise.resolve([]);
}
