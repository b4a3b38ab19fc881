namespace EsdbRollingAction.EndToEnd.Laboratory;

/// <summary>What becomes of the state file between two runs.</summary>
internal sealed class StateTampering(string path, Random random)
{
    private readonly List<byte[]> earlier = [];

    /// <summary>Keeps it, deletes it, or puts back what an earlier run left. Says which.</summary>
    public string Next()
    {
        if (File.Exists(path))
        {
            earlier.Add(File.ReadAllBytes(path));
        }

        switch (random.Next(4))
        {
            case 0:
                File.Delete(path);
                return "the state file is deleted";
            case 1 when earlier.Count > 1:
                var number = random.Next(earlier.Count - 1);
                File.WriteAllBytes(path, earlier[number]);
                return $"the state file is the one from after run {number + 1} again";
            default:
                return "the state file is kept";
        }
    }
}
