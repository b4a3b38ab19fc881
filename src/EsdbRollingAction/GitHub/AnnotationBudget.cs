namespace EsdbRollingAction.GitHub;

/// <summary>How many annotations may still be made: the runner drops what is over ten of a kind and step, and readers skip more.</summary>
internal sealed class AnnotationBudget
{
    public const int Most = 10;

    private int left = Most;

    /// <summary>Takes one, unless only the one for the verdict is left.</summary>
    public bool TryTake() => TryTake(kept: 1);

    /// <summary>Takes the one that is kept for the verdict at the end.</summary>
    public bool TryTakeForVerdict() => TryTake(kept: 0);

    private bool TryTake(int kept)
    {
        if (left <= kept)
        {
            return false;
        }

        left--;
        return true;
    }
}
