namespace EsdbRollingAction.GitHub;

/// <summary>Says the first of what it is told, and nothing after it: the rest is of the same trouble.</summary>
internal sealed class SaidOnce(Action<string> say)
{
    private bool isSaid;

    public void Say(string what)
    {
        if (!isSaid)
        {
            isSaid = true;
            say(what);
        }
    }
}
