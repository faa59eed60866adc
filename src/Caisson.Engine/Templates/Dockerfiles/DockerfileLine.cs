namespace Caisson.Engine.Templates.Dockerfiles;

/// <summary>One instruction of a Dockerfile, its continuation lines joined.</summary>
/// <param name="Number">The line at which it begins, counted from 1.</param>
/// <param name="Keyword">Its name in capitals.</param>
/// <param name="Rest">What follows the name.</param>
internal sealed record DockerfileLine(int Number, string Keyword, string Rest);
