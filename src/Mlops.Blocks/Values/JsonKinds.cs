using System.Text.Json;

namespace Mlops.Blocks.Values;

/// <summary>What JSON can be, as a set; true and false are one (see <see cref="JsonValueKind"/>).</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Object = 1,
    Array = 2,
    Text = 4,
    Number = 8,
    Boolean = 16,
    Null = 32,
    Any = Object | Array | Text | Number | Boolean | Null,
}
