use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shoppers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub shopper_id: String,
    pub created_at: i64,
    pub location_consent_at: Option<i64>,
    pub area_id: Option<String>,
    pub last_cell: Option<String>,
    pub last_cell_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
