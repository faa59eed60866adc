namespace Caisson.Connect;

/// <summary>A failure that the caller is told as it is: a code and a message.</summary>
public sealed class ConnectException : Exception
{
    /// <summary>Makes a failure.</summary>
    public ConnectException(ConnectCode code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>What went wrong.</summary>
    public ConnectCode Code { get; }
}
