namespace Mlops.Blocks.Remote;

/// <summary>A C# block that a run is likely to want: compiled and loaded before it is asked for.</summary>
/// <param name="ProjectPath">Absolute path of its project.</param>
/// <param name="FilePath">Absolute path of its file.</param>
public sealed record PreloadBlock(string ProjectPath, string FilePath);
