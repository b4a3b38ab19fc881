namespace EsdbRollingAction.Simulation.Edges;

/// <summary>One call of the program across its edge.</summary>
/// <param name="What">What it is, for the history.</param>
/// <param name="IsAct">Whether it begins something new in the world. Giving something back is no act.</param>
/// <param name="IsEc2">Whether it goes to EC2.</param>
/// <param name="Failed">Makes the exception of a call that got no usable answer.</param>
internal sealed record Call(string What, bool IsAct, bool IsEc2, Func<string, Exception> Failed);
