/** Whether a path of a repository lies in a `.loki` folder: never dirty, never taken along, never committed by a run. */
export function isLokiState(repositoryPath: string): boolean {
  return repositoryPath.split('/').some((part) => part.toLowerCase() === '.loki');
}
