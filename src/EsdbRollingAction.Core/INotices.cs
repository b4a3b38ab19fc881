namespace EsdbRollingAction.Core;

/// <summary>Where a room says what a person should know, without knowing who shows it.</summary>
public interface INotices
{
    /// <summary>Something a person should know, once.</summary>
    void Notice(string text);

    /// <summary>Something that did not go as it should; the roll goes on.</summary>
    void Warn(string text);
}
