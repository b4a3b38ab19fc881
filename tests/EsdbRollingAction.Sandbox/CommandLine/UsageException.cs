namespace EsdbRollingAction.Sandbox.CommandLine;

/// <summary>What the command line asks for cannot be done, and nothing was.</summary>
/// <param name="message">Why not, and what to do about it.</param>
internal sealed class UsageException(string message) : Exception(message);
