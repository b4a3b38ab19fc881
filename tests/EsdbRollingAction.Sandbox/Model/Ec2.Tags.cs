namespace EsdbRollingAction.Sandbox.Model;

/// <summary>Tags of instances.</summary>
public sealed partial class Ec2
{
    /// <summary>Gives an instance a tag, or another value of it.</summary>
    public void Tag(string id, string key, string value, bool dryRun = false) => Change(id, ActKind.Tag, key, dryRun, machine =>
        machine.Become(machine.Current with { Tags = With(machine.Current.Tags, key, value) }, world.Now));

    /// <summary>Takes a tag off an instance: whatever its value, or only when it has this one.</summary>
    public void Untag(string id, string key, string? value = null, bool dryRun = false) => Change(id, ActKind.Untag, key, dryRun, machine =>
    {
        if (machine.Current.Tags.TryGetValue(key, out var now) && (value is null || value == now))
        {
            machine.Become(machine.Current with { Tags = With(machine.Current.Tags, key, value: null) }, world.Now);
        }
    });

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> tags, string key, string? value)
    {
        var changed = new Dictionary<string, string>(tags, StringComparer.Ordinal);
        changed.Remove(key);
        if (value is not null)
        {
            changed.Add(key, value);
        }

        return changed;
    }
}
