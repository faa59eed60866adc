namespace Caisson.Dialects.E2b.Http;

/// <summary>Ends a REST request with a status and a message.</summary>
internal sealed class E2bHttpException(int status, string message, Exception? inner = null) : Exception(message, inner)
{
    public int Status => status;
}
