namespace EsdbRollingAction.Sandbox.Model;

/// <content>The machines as what runs on them sees them.</content>
public sealed partial class Ec2
{
    /// <summary>Is told the node whose machine has booted.</summary>
    internal Action<string>? Booted { get; set; }

    /// <summary>Its operating system is up.</summary>
    internal bool IsBooted(string node) => machinesByNode[node] is { IsBooted: true, Current.State: Ec2State.Running };

    /// <summary>When its operating system went down last.</summary>
    internal TimeSpan DownSince(string node) => machinesByNode[node].DownSince;

    /// <summary>How often it was started, stopped or rebooted: tells one boot from the next.</summary>
    internal int BootOf(string node) => machinesByNode[node].Boots;

    /// <summary>How often it was brought up anew since the roll began, one way or the other.</summary>
    internal int RestartsOf(string node) => StartsOf(node) + RebootsOf(node);

    /// <summary>The database starts on its type.</summary>
    internal bool CanRunDatabase(string node) => Of(node).Type != DatabaseFailsOn;

    /// <summary>Somebody on the machine reboots it: nobody has to carry an order there.</summary>
    internal void RebootAtOnce(string node)
    {
        if (IsBooted(node))
        {
            GoDownToReboot(machinesByNode[node]);
        }
    }
}
