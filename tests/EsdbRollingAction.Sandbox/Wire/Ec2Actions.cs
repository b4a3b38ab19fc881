using System.Globalization;
using EsdbRollingAction.Sandbox.Model;

namespace EsdbRollingAction.Sandbox.Wire;

/// <summary>What can be asked of EC2.</summary>
internal sealed class Ec2Actions(Ec2 ec2)
{
    /// <summary>The answer to a form; null when the action is not known.</summary>
    /// <exception cref="Ec2Exception">EC2 refuses.</exception>
    public string? Answer(Ec2Form form) => form.Action switch
    {
        "DescribeInstances" => Ec2Reads.Instances(ec2.Describe(), form),
        "DescribeInstanceStatus" => Ec2Reads.Statuses(ec2.Describe(), form),
        "DescribeInstanceTypes" => Ec2Reads.Types(ec2.Types, form),
        "DescribeInstanceTypeOfferings" => Ec2Reads.Offerings(ec2.Types.Keys.Where(type => type != ec2.NotOffered), form),
        "DescribeInstanceAttribute" => Attribute(form),
        "DescribeTags" => Ec2Reads.Tags(ec2.Truth, form),
        "DescribeCapacityReservations" => Ec2CapacityActions.Find(ec2, form),
        "StopInstances" => Each(form, id => (ec2.Stop(id, form.DryRun), Ec2State.Stopping)),
        "StartInstances" => Each(form, id => (ec2.Start(id, form.DryRun), Ec2State.Pending)),
        "RebootInstances" => Reboot(form),
        "ModifyInstanceAttribute" => Modify(form),
        "ModifyInstanceCpuOptions" => SetCpuOptions(form),
        "CreateTags" => Tag(form, (id, key, value) => ec2.Tag(id, key, value ?? "", form.DryRun)),
        "DeleteTags" => Tag(form, (id, key, value) => ec2.Untag(id, key, value, form.DryRun)),
        "CreateCapacityReservation" => Ec2CapacityActions.Create(ec2, form),
        "CancelCapacityReservation" => Ec2CapacityActions.Cancel(ec2, form),
        _ => null,
    };

    private static string Each(Ec2Form form, Func<string, (Ec2State Before, Ec2State Now)> change) =>
        Ec2Xml.StateChanges(form.Action, [.. form.List("InstanceId").Select(id => (id, change(id)))]);

    private string Reboot(Ec2Form form)
    {
        foreach (var id in form.List("InstanceId"))
        {
            ec2.Reboot(id, form.DryRun);
        }

        return Ec2Xml.Done(form.Action);
    }

    private static string Tag(Ec2Form form, Action<string, string, string?> change)
    {
        foreach (var id in form.List("ResourceId"))
        {
            foreach (var (key, value) in form.Tags("Tag"))
            {
                change(id, key, value);
            }
        }

        return Ec2Xml.Done(form.Action);
    }

    private string Modify(Ec2Form form)
    {
        var type = form["InstanceType.Value"] ?? throw new Ec2Exception("InvalidParameterCombination", "No attributes specified.");
        ec2.ChangeType(form["InstanceId"] ?? "", type, form.DryRun);
        return Ec2Xml.Done(form.Action);
    }

    private string SetCpuOptions(Ec2Form form)
    {
        ec2.SetCpuOptions(form["InstanceId"] ?? "", new CpuOptions(Number("CoreCount"), Number("ThreadsPerCore")), form.DryRun);
        return Ec2Xml.Done(form.Action);

        int Number(string name) => int.TryParse(form[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new Ec2Exception("MissingParameter", $"The request must contain the parameter {name}.");
    }

    private string Attribute(Ec2Form form)
    {
        var instance = ec2.Truth.FirstOrDefault(instance => instance.Id == form["InstanceId"])
            ?? throw new Ec2Exception("InvalidInstanceID.NotFound", $"The instance ID '{form["InstanceId"]}' does not exist");
        return form["Attribute"] switch
        {
            "disableApiStop" => Ec2Xml.Attribute(instance.Id, "disableApiStop", instance.Node == ec2.StopProtected ? "true" : "false"),
            "instanceType" => Ec2Xml.Attribute(instance.Id, "instanceType", instance.Type),
            var other => throw new Ec2Exception("InvalidParameterValue", $"Value ({other}) for parameter attribute is invalid."),
        };
    }
}
