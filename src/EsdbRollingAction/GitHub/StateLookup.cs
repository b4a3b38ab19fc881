namespace EsdbRollingAction.GitHub;

/// <summary>What became of looking for a saved state.</summary>
/// <param name="Found">The state, or null.</param>
/// <param name="Reason">One line for the log: what was found, or why nothing was.</param>
internal sealed record StateLookup(FoundState? Found, string Reason);

/// <summary>A state that an earlier attempt or run saved.</summary>
/// <param name="Artifact">The artifact it was in.</param>
/// <param name="RunId">The workflow run that saved it.</param>
/// <param name="Attempt">The attempt of that run.</param>
/// <param name="SavedAt">When, or null when GitHub did not say.</param>
/// <param name="Json">The state file's bytes. They are input: nothing about them is checked.</param>
internal sealed record FoundState(string Artifact, long RunId, int Attempt, DateTimeOffset? SavedAt, byte[] Json);
