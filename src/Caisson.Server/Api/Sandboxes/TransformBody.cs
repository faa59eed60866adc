namespace Caisson.Server.Api.Sandboxes;

/// <summary>Headers that the gateway sets on HTTP requests to the hosts of a pattern.</summary>
/// <param name="Host">A host name or <c>*.suffix</c>.</param>
/// <param name="Headers">Header names and values, each text or <c>{"secret": NAME}</c>; texts are empty in answers.</param>
internal sealed record TransformBody(string Host, Dictionary<string, HeaderValueBody> Headers);
