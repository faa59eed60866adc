namespace Caisson.Dialects.SweRex;

/// <summary>Knows whose an API key is.</summary>
public interface ISweRexCallers
{
    /// <summary>The caller whose key it is, or null when it is unknown, revoked or expired.</summary>
    ValueTask<SweRexCaller?> FindAsync(string key, CancellationToken cancellation);
}
